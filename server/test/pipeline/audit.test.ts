import { createHmac, createSecretKey } from 'node:crypto';
import { AuditTrail, Redactor, resultDigest, verifyAudit } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { Recorder } from '../../src/audit/recorder.ts';
import { audit } from '../../src/pipeline/audit.ts';
import { compose, type Handler, type ToolCall } from '../../src/pipeline/layer.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { ALICE, HERE, identityOf } from '../session/talk.ts';
import { useTempDir } from '../temp-dir.ts';
import { served, toolCall } from './tool-call.ts';

const KEY = createSecretKey(Buffer.alloc(32, 9));

describe('the layer audit', () => {
  const folder = useTempDir();
  const clock = new FakeClock();
  let trail: AuditTrail;
  let recorder: Recorder;
  beforeEach(async () => {
    const options = { folder: folder(), key: KEY, redactor: new Redactor(), log: keptLog() };
    trail = await AuditTrail.open({ ...options, now: () => clock.now(), after: (ms, done) => clock.after(ms, done) });
    recorder = new Recorder({ trail, clock, policyVersion: () => 'f'.repeat(64), random: () => Buffer.alloc(16, 3) });
  });
  afterEach(() => trail.close());

  const lines = async () => (await trail.query({ limit: 100, after: 0 })).lines;
  const run = (call: ToolCall, last: Handler = async () => ({ answer: 42 })) => compose([audit(recorder)], last)(call);
  const from = { identity: identityOf(ALICE), connection: HERE };

  it('writes down a change, and ties the answer to the line', async () => {
    const call = toolCall({ tool: served(), args: { n: 1 }, from, receipt: {} });
    expect(await run(call)).to.deep.equal({ answer: 42 });
    const { security } = call.receipt ?? {};
    const [line, ...more] = await lines();
    expect(more).to.deep.equal([]);
    expect(line).to.deep.include({
      kind: 'call',
      principal: ALICE.id,
      credential: ALICE.id,
      address: '127.0.0.1',
      action: 'tools/call',
      resource: 'echo',
      decision: 'allowed',
      requestId: 'req-1',
    });
    expect(line?.details).to.deep.include({
      answer: `${security?.serverTs} ${security?.nonce} ${security?.auditSig}`,
      result: resultDigest('{"answer":42}'),
      role: 'admin',
      policy: 'f'.repeat(16),
      arguments: resultDigest('{"n":1}'),
    });
    // What PROTOCOL.md tells whoever holds the key to do.
    const signed = [
      'CALLSHEET-AUDIT-V1',
      security?.serverTs,
      security?.nonce,
      ALICE.id,
      'echo',
      resultDigest('{"answer":42}'),
    ];
    expect(security?.auditSig).to.equal(createHmac('sha256', KEY).update(signed.join('\n')).digest('base64url'));
    expect(await verifyAudit({ folder: folder(), key: KEY })).to.include({ ok: true });
  });

  it('leaves tools that only read alone, unless somebody refused them', async () => {
    const reading = toolCall({ tool: served({ readOnly: true }), mode: 'submit', from });
    await run(reading);
    await run({ ...reading, mode: 'call' });
    await refused(run(reading, async () => Promise.reject(new CallError('INVALID_PARAMS'))));
    expect(await lines()).to.deep.equal([]);
    await refused(run(reading, async () => Promise.reject(new CallError('TOOL_DENIED'))));
    expect((await lines()).map(({ decision, code }) => [decision, code])).to.deep.equal([['refused', 4032]]);
  });

  it('writes down changes that failed, and a fault, but no slip of the pen', async () => {
    const call = toolCall({ tool: served(), mode: 'submit' });
    for (const error of [
      new CallError('TOOL_FAILED'),
      new Error('the disk is on fire'),
      new CallError('INVALID_PARAMS'),
    ]) {
      await refused(run(call, async () => Promise.reject(error)));
    }
    const found = await lines();
    expect(found.map(({ action, decision, code }) => [action, decision, code])).to.deep.equal([
      ['jobs/submit', 'allowed', 5021],
      ['jobs/submit', 'allowed', -32603],
    ]);
    expect(JSON.stringify(found)).to.not.include('fire');
  });

  it('says of an answer under a key that it was given before, and how a call ended that nobody heard of', async () => {
    const replayed = { replayed: true as const };
    await run(toolCall({ tool: served(), receipt: replayed }));
    await refused(run(toolCall({ receipt: replayed }), async () => Promise.reject(new CallError('NOT_FOUND'))));
    recorder.unheard(toolCall({ requestId: 'req-lost' }), { result: { answer: 7 } });
    recorder.unheard(toolCall({ requestId: 'req-lost' }), { error: new CallError('TOOL_FAILED') });
    recorder.unheard(toolCall({ tool: served({ readOnly: true }) }), { result: {} });
    const found = (await lines()).map(({ requestId, code, details }) => {
      const { replayed: said, result } = details as { replayed?: boolean; result?: string };
      return [requestId, code, said, result];
    });
    expect(found).to.have.deep.members([
      ['req-1', undefined, true, resultDigest('{"answer":42}')],
      ['req-1', 4040, true, undefined],
      ['req-lost', undefined, undefined, resultDigest('{"answer":7}')],
      ['req-lost', 5021, undefined, undefined],
    ]);
  });

  it('counts what a tool calls as part of the call it belongs to', async () => {
    await run(toolCall({ tool: served(), nested: true }));
    expect(await lines()).to.deep.equal([]);
  });

  it('says in its own words who was refused a method, a credential, a login, and what an operator did', async () => {
    recorder.methodRefused(from, 'keys/list', new CallError('FORBIDDEN'));
    recorder.methodRefused(from, 'keys/create', new CallError('INVALID_PARAMS'));
    recorder.credentialRefused(HERE, 'jwt', new CallError('UNAUTHENTICATED'));
    recorder.connectionRefused('10.0.0.9', new CallError('ORIGIN_NOT_ALLOWED'));
    recorder.login({ what: 'login refused', username: 'hunter2', address: '10.0.0.1' });
    recorder.login({ what: 'logged in', user: 'usr_1', username: 'ada', address: '10.0.0.1' });
    recorder.did('key', 'keys/create', { by: from, resource: 'kid1' });
    const found = await lines();
    expect(found.map(({ kind, action, decision }) => [kind, action, decision])).to.have.deep.members([
      ['method', 'keys/list', 'refused'],
      ['session', 'authenticate', 'refused'],
      ['connection', 'connect', 'refused'],
      ['login', 'login refused', 'refused'],
      ['login', 'logged in', 'allowed'],
      ['key', 'keys/create', 'allowed'],
    ]);
    expect(JSON.stringify(found)).to.include('user:usr_1').and.to.not.include('hunter2');
  });
});

async function refused(call: Promise<unknown>): Promise<void> {
  await call.then(
    () => expect.fail('should have been refused'),
    () => {},
  );
}
