import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { facts, HostileWorker, OTHER_WORKER, toolRow, WORKER_KEYS } from './hostile-worker.ts';
import { ADMIN, BOB, memoryAddedBy, useTarget } from './target.ts';

/** Larger than what is compared, smaller than what one message may hold. */
const LARGE = 28_000;

describe('what a hostile worker offers', () => {
  const target = useTarget({
    auth: { admin_key: ADMIN, api_keys: { bob: { key: BOB, role: 'user' }, ...WORKER_KEYS } },
  });
  const bystander = useBystander(target);

  const newTools = (count: number): JsonObject[] =>
    Array.from({ length: count }, () => {
      const title = randomBytes(LARGE / 2).toString('hex');
      return toolRow(`t${randomBytes(8).toString('hex')}`, { inputSchema: { type: 'object', title } });
    });

  it('is never the tool that speaks of the jobs of this gateway', async () => {
    const worker = await HostileWorker.connect(target());
    const { error } = await worker.register([toolRow('get_generation_status')], facts({ version: '9.9.9' }));
    expect(error.data.name).to.equal('FORBIDDEN');
    worker.cut();
  });

  it('does not spoil the schemas of others by calling its own like a meta-schema', async () => {
    const worker = await HostileWorker.connect(target());
    for (const $id of [
      'https://json-schema.org/draft/2020-12/schema',
      'https://json-schema.org/draft/2020-12/meta/core',
    ]) {
      await worker.register([toolRow('spoilt', { inputSchema: { $id, type: 'object' } })]);
    }
    const other = await HostileWorker.serving(target(), [toolRow(`fine_${randomBytes(4).toString('hex')}`)], {
      key: OTHER_WORKER,
    });
    other.cut();
    worker.cut();
  });

  it('does not end the process by a schema that promises to check later', async () => {
    const schema = { $async: true, type: 'object', required: ['a'] };
    const worker = await HostileWorker.serving(target(), [
      toolRow('later', { inputSchema: schema, outputSchema: schema }),
    ]);
    const bob = await Caller.open(target(), { key: BOB });
    expect((await bob.call('later', {})).error.data.name).to.equal('INVALID_PARAMS');
    const answer = bob.call('later', { a: 1 });
    worker.answer((await worker.asked()).id, {});
    expect((await answer).error.data.name).to.equal('TOOL_FAILED');
    for (const caller of [bob, worker]) caller.cut();
  });

  it('does not keep everybody waiting while a definition is compiled once for each mention', async () => {
    const large = { properties: Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`p${at}`, {}])) };
    const mentions = Array.from({ length: 300 }, (_, at) => [`m${at}`, { $ref: '#/$defs/large' }]);
    const worker = await HostileWorker.connect(target());
    const schema = { type: 'object', $defs: { large }, properties: Object.fromEntries(mentions) };
    const registered = worker.register([toolRow('mentions', { inputSchema: schema })]);
    const began = Date.now();
    await bystander().ask('ping');
    expect(Date.now() - began).to.be.below(5_000);
    await registered;
    worker.cut();
  });

  it('is taken from one connection only so often', async () => {
    const worker = await HostileWorker.connect(target());
    const instance = facts();
    const answers = [];
    const began = performance.now();
    for (let epoch = 1; epoch <= 100; epoch++) {
      answers.push(await worker.register([toolRow(`again_${epoch % 2}`)], { ...instance, epoch }));
    }
    const refused = answers.filter(({ error }) => error !== undefined);
    // Sixty at once, and one more for each second that passed.
    const seconds = Math.ceil((performance.now() - began) / 1000);
    expect(refused.length).to.be.within(40 - seconds, 40);
    expect(new Set(refused.map(({ error }) => error.data.name))).to.deep.equal(new Set(['RATE_LIMITED']));
    worker.cut();
  });

  it('fills no memory with what was never heard of, from ever new instances and connections', async () => {
    let taken = 0;
    const added = await memoryAddedBy(target(), async () => {
      for (let instance = 0; instance < 100; instance++) {
        const worker = await HostileWorker.connect(target());
        const { error } = await worker.register(newTools(15));
        if (error === undefined) taken += 1;
        else expect(error.data.name).to.equal('RATE_LIMITED');
        worker.cut();
      }
    });
    expect(taken).to.be.within(1, 10);
    expect(added).to.be.below(350);
  });

  it('leaves room for the tools of somebody else', async () => {
    const other = await HostileWorker.serving(target(), newTools(3), { key: OTHER_WORKER });
    other.cut();
  });
});
