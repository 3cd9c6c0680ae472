import { expect } from 'chai';
import { callOf, run } from '../observe/told.ts';
import { SAMPLED, tracing } from './tracing.ts';

describe('a tracer', () => {
  const open = tracing();

  it('costs nobody anything when a part of it throws: it says so once', async () => {
    const said: unknown[] = [];
    const log = { info: () => undefined, warn: (fields: object) => void said.push(fields) };
    const sink = {
      add: () => {
        throw new Error('the sink is broken');
      },
    };
    const { tracer } = open({ sampleRatio: 1 }, { log, sink });
    const faults: unknown[] = [];
    const heard = (fault: unknown): void => void faults.push(fault);
    // Node throws what a subscriber threw once more, in a turn of its own, where it ends the process.
    process.prependOnceListener('uncaughtException', heard);
    for (let call = 0; call < 3; call++) run(callOf('speak'));
    await new Promise((resolve) => setImmediate(resolve));
    process.removeListener('uncaughtException', heard);
    expect(faults).to.deep.equal([]);
    expect(said).to.deep.equal([{ fault: 'Error: the sink is broken' }]);
    expect(tracer.counts().recorded).to.equal(3);
  });

  it('follows so many a second of those who say that they are recorded, and counts the others', () => {
    const { tracer, clock, spans } = open({ sampleRatio: 0, followedPerSecond: 5 });
    const sampled = () => run(callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } } }));
    for (let call = 0; call < 100; call++) sampled();
    expect(spans).to.have.length(5);
    expect(tracer.counts().passed).to.equal(95);
    clock.advance(1_000);
    sampled();
    expect(spans).to.have.length(6);
  });
});
