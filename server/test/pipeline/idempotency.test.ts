import { expect } from 'chai';
import type { ToolCall } from '../../src/pipeline/layer.ts';
import { KeyHouse } from '../idempotency/house.ts';
import { rest } from '../jobs/house.ts';
import { served, toolCall } from './tool-call.ts';

describe('the layer idempotency', () => {
  const args = { idempotency_key: 'k' };
  const passed: readonly [string, Partial<ToolCall>][] = [
    ['without a key', {}],
    ['with an empty one', { args: { idempotency_key: '' } }],
    ['with one that is no text', { args: { idempotency_key: 7 } }],
    ['inside another call', { args, nested: true }],
    ['that become a job', { args, tool: served({ execution: 'job' }) }],
    ['that are submitted', { args, mode: 'submit' }],
    ['of jobs that are retried', { args, mode: 'retry' }],
  ];
  for (const [name, changes] of passed) {
    it(`passes on calls ${name}, as they are`, async () => {
      const house = await KeyHouse.open();
      const call = toolCall(changes);
      for (let time = 0; time < 2; time++) void house.handle(call).catch(() => {});
      expect(house.runs.map((run) => run.call === call)).to.deep.equal([true, true]);
      expect(house.stored).to.equal(0);
    });
  }

  it('keeps dry runs under a key apart from what is done under another one, and answers them again as well', async () => {
    const house = await KeyHouse.open();
    const dry = { changes: { meta: { idempotencyKey: 'dry', dryRun: true } } };
    house.ask(dry);
    await rest();
    expect(house.runs[0]?.call.meta).to.deep.equal(dry.changes.meta);
    house.runs[0]?.answer({ would: 'sell' });
    await rest();
    const [again, real] = [house.ask(dry), house.ask({ key: 'real' })];
    await rest();
    expect(again.told()).to.deep.equal({ result: { would: 'sell' } });
    expect([house.runs.length, real.told()]).to.deep.equal([2, undefined]);
  });
});
