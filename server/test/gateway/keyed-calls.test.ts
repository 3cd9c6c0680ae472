import type { JsonObject } from '@callsheet/protocol';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { type Answer, Caller } from '../attacks/caller.ts';
import { useTempDir } from '../temp-dir.ts';

const ADMIN = 'admin-key-with-enough-characters';

type Called = Answer<{ structuredContent: JsonObject; _meta?: JsonObject }>;

describe('a gateway and keys of calls', () => {
  let gateway: Gateway;
  let ada: Caller;
  afterEach(async () => {
    ada.cut();
    await gateway.close();
  });
  const folder = useTempDir();

  async function serve(settings: Parameters<typeof startGateway>[0] = {}): Promise<void> {
    gateway = await startGateway({
      ...{ ollama: { detect: false }, log: { level: 'silent' }, tools: { diagnostics: true } },
      ...{ server: { port: 0, data_dir: folder() }, auth: { admin_key: ADMIN } },
      ...settings,
    });
    ada = await Caller.open(gateway, { key: ADMIN });
  }
  const call = (name: string, args: object, meta: object = {}): Promise<Called> =>
    ada.ask('tools/call', { name, arguments: args, _meta: { idempotencyKey: 'k', ...meta } }) as Promise<Called>;

  it('answer what was answered, and say so', async () => {
    await serve();
    const [first, second] = [
      await call('get_current_time', {}),
      await call('get_current_time', {}, { report: true, deadlineMs: 1_000 }),
    ];
    expect(second.result.structuredContent).to.deep.equal(first.result.structuredContent);
    expect(first.result).to.not.have.property('_meta');
    expect(second.result._meta).to.include({ replayed: true }).and.to.have.keys('replayed', 'requestId', 'durationMs');
  });

  it('answer again what a tool refused, with another request id, and run again what may be tried again', async () => {
    await serve();
    const refused = () => call('diagnostics_fail', { code: 'NOT_FOUND' });
    const [first, second] = [await refused(), await refused()];
    expect(second.error).to.deep.include({ code: 4040, message: first.error.message });
    expect(second.error.data.requestId).to.not.equal(first.error.data.requestId);
    const lucky = { code: 'OVERLOADED', rate: 0.5 };
    let answer = await call('diagnostics_fail', lucky, { idempotencyKey: 'luck' });
    for (let time = 0; time < 100 && answer.error !== undefined; time++) {
      answer = await call('diagnostics_fail', lucky, { idempotencyKey: 'luck' });
    }
    expect(answer.result.structuredContent).to.deep.equal({ failed: false });
  });

  it('take no key for what does not fit, and check every request', async () => {
    await serve({ rate: { calls: 3, burst: 1 } });
    expect((await call('diagnostics_echo', { valve: 1 })).error.code).to.equal(-32602);
    expect((await call('diagnostics_echo', { value: 1 })).result.structuredContent).to.deep.equal({ value: 1 });
    expect((await call('diagnostics_echo', { value: 1 })).error.data).to.include({ name: 'RATE_LIMITED' });
  });

  it('answer members of one batch from one run', async () => {
    await serve();
    const params = { name: 'diagnostics_sleep', arguments: { ms: 20 }, _meta: { idempotencyKey: 'k', report: true } };
    const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params }));
    const frame = new Promise<string>((resolve) => ada.socket.once('message', (data) => resolve(String(data))));
    ada.send(batch);
    const answers = JSON.parse(await frame) as Called[];
    expect(answers.map(({ result }) => result._meta?.replayed)).to.deep.equal([undefined, true]);
    expect(answers[1]?.result.structuredContent).to.deep.equal(answers[0]?.result.structuredContent);
  });

  it('keep no more than the settings allow', async () => {
    await serve({ idempotency: { max_result_bytes: 1_024, max_keys: 1 } });
    const bytes = 2_000;
    expect((await call('diagnostics_blob', { bytes })).result.structuredContent.blob).to.have.length(bytes);
    const again = await call('diagnostics_blob', { bytes });
    expect(again.error.data).to.include({ name: 'CONFLICT', maybeExecuted: true });
    const other = await call('get_current_time', {});
    expect(other.result._meta?.replayed).to.equal(undefined);
    expect((await call('get_current_time', {})).result._meta?.replayed).to.equal(true);
    expect((await call('diagnostics_blob', { bytes })).result.structuredContent.blob).to.have.length(bytes);
  });

  it('give nothing to whoever has lost the right since', async () => {
    const policy = { roles: { admin: { allow: ['*'], deny: ['diagnostics_echo'] } } };
    await serve();
    expect((await call('diagnostics_echo', { value: 1 })).result.structuredContent).to.deep.equal({ value: 1 });
    ada.cut();
    await gateway.close();
    await serve({ policy });
    expect((await call('diagnostics_echo', { value: 1 })).error.data).to.include({ name: 'TOOL_DENIED' });
    ada.cut();
    await gateway.close();
    await serve();
    expect((await call('diagnostics_echo', { value: 1 })).result._meta).to.deep.equal({ replayed: true });
  });
});
