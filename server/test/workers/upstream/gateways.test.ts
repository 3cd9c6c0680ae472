import type { JobView, JsonObject } from '@callsheet/protocol';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { Peer } from '../../doors/gateway-socket.ts';
import { useTempDir } from '../../temp-dir.ts';

const STUDIO_KEY = 'studio-key-with-enough-characters';
const FRONT_KEY = 'front-key-with-enough-characters-0';

/** A real gateway whose tools come from another real gateway. */
describe('a gateway in front of another', () => {
  const folder = useTempDir();
  const open: Gateway[] = [];
  let caller: Peer;
  let next = 0;

  beforeEach(async () => {
    const quiet = { log: { level: 'silent' }, ollama: { detect: false } };
    const studio = await startGateway({
      ...quiet,
      server: { port: 0, data_dir: `${folder()}/studio` },
      auth: { admin_key: STUDIO_KEY },
      tools: { diagnostics: true },
    });
    open.push(studio);
    const front = await startGateway({
      ...quiet,
      server: { port: 0, data_dir: `${folder()}/front` },
      auth: { admin_key: FRONT_KEY },
      rate: { connection: 'off' },
      workers: {
        local: false,
        upstreams: { studio: { url: studio.url, token: STUDIO_KEY, prefix: 'studio_', allow: ['diagnostics_*'] } },
      },
    });
    open.push(front);
    caller = new Peer(front.url, { headers: { authorization: `Bearer ${FRONT_KEY}` } });
    await caller.opened;
    while (!(await offered()).includes('studio_diagnostics_sleep'))
      await new Promise((resolve) => setImmediate(resolve));
  });
  afterEach(async () => {
    await caller.leave();
    for (const gateway of open.splice(0).reverse()) await gateway.close();
  });

  const ask = async (method: string, params: object = {}): Promise<JsonObject> => {
    next += 1;
    const id = next;
    caller.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    for (;;) {
      const message = (await caller.hear()) as JsonObject;
      if (message.id === id) return message;
    }
  };
  const offered = async (): Promise<string[]> => {
    const { result } = (await ask('tools/list')) as { result: { tools: { name: string }[] } };
    return result.tools.map(({ name }) => name);
  };

  it('offers its tools and runs them there, errors and all', async () => {
    const echoed = await ask('tools/call', { name: 'studio_diagnostics_sleep', arguments: { ms: 1 } });
    expect(echoed).to.have.nested.property('result.structuredContent.slept_ms');
    const failed = await ask('tools/call', { name: 'studio_diagnostics_fail', arguments: { code: 'CONTENT_REFUSED' } });
    expect(failed.error).to.deep.include({ code: 4222, message: 'Failed with CONTENT_REFUSED, as asked' });
    const misfit = await ask('tools/call', { name: 'studio_diagnostics_sleep', arguments: { ms: -1 } });
    expect(misfit.error).to.deep.include({ code: -32602 });
  });

  it('passes progress on, and a cancellation', async () => {
    const params = { name: 'studio_diagnostics_sleep', arguments: { ms: 60_000 }, _meta: { progressToken: 'p' } };
    caller.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'long', method: 'tools/call', params }));
    const short = { ...params, arguments: { ms: 40 } };
    caller.socket.send(JSON.stringify({ jsonrpc: '2.0', id: 'short', method: 'tools/call', params: short }));
    expect(await caller.hear()).to.deep.include({ method: 'notifications/progress' });
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'long' } };
    caller.socket.send(JSON.stringify(cancelled));
    for (;;) {
      const message = (await caller.hear()) as JsonObject;
      if (message.id === 'long') {
        expect(message.error).to.deep.include({ code: 4990 });
        break;
      }
    }
  });

  it('runs them as jobs of its own as well', async () => {
    const params = { name: 'studio_diagnostics_sleep', arguments: { ms: 20 } };
    const { result } = (await ask('jobs/submit', params)) as unknown as { result: JobView };
    for (;;) {
      const { result: job } = (await ask('jobs/get', { jobId: result.jobId })) as unknown as { result: JobView };
      if (job.status === 'completed') break;
      expect(job.status).not.to.equal('failed');
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('says who serves what', async () => {
    const { result } = await ask('services/list');
    expect(JSON.stringify(result)).to.include('"studio"').and.not.include(STUDIO_KEY);
  });
});
