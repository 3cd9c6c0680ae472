import { expect } from 'chai';
import { telemetryLayer } from '../../src/layers/telemetry.ts';
import type { CallRecord, Telemetry } from '../../src/layers/telemetry-options.ts';
import { uncaught } from '../uncaught.ts';
import { call, FakeWire, failure, fakeParts, invoke } from './fake-wire.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function watched(telemetry: Telemetry) {
  const { clock } = fakeParts();
  const wire = new FakeWire();
  return { clock, wire, start: telemetryLayer(telemetry, { clock })(wire.start) };
}

/** What the wire gets as trace when the application injects this. */
function injected(carrier: Record<string, unknown>): unknown {
  const { wire, start } = watched({ inject: (given) => Object.assign(given, carrier) });
  call(start);
  return wire.last.call.options.trace;
}

describe('telemetry', () => {
  it('is told once of every call, how it ended and how long it took', async () => {
    const records: CallRecord[] = [];
    const { clock, wire, start } = watched({ onCall: (record) => records.push(record) });
    const caller = call(start, { trace: { traceparent: TRACEPARENT } });
    await clock.advance(40);
    wire.last.progress({ progress: 0.5 });
    wire.last.answer(1);
    expect(caller.value).to.equal(1);
    expect(caller.reports).to.have.length(1);
    invoke(start, { method: 'jobs/get', tool: undefined, params: {}, options: {} });
    await clock.advance(2);
    wire.last.fail(failure('NOT_FOUND'));
    const common = { attempts: 1, cache: 'bypass', connection: undefined };
    expect(records).to.deep.equal([
      {
        ...common,
        requestId: '1',
        method: 'tools/call',
        tool: 'speak',
        ok: true,
        code: undefined,
        durationMs: 40,
        traceparent: TRACEPARENT,
      },
      {
        ...common,
        requestId: '2',
        method: 'jobs/get',
        tool: undefined,
        ok: false,
        code: 'NOT_FOUND',
        durationMs: 2,
        traceparent: undefined,
      },
    ]);
  });

  it('gives a call the trace of the application, unless the caller gave one', () => {
    const carrier = { traceparent: TRACEPARENT, tracestate: 'vendor=1' };
    expect(injected(carrier)).to.deep.equal(carrier);
    const own = { traceparent: TRACEPARENT.replace('b7', 'c8') };
    const { wire, start } = watched({ inject: (given) => Object.assign(given, carrier) });
    const caller = call(start, { trace: own });
    expect(wire.last.call.options.trace).to.equal(own);
    expect(caller.notes.traceparent).to.equal(own.traceparent);
    expect(call(start).notes.traceparent).to.equal(TRACEPARENT);
  });

  it('sends no trace that is none', () => {
    const wrong: Record<string, unknown>[] = [
      {},
      { tracestate: 'vendor=1' },
      { traceparent: '' },
      { traceparent: 7 },
      { traceparent: TRACEPARENT.toUpperCase() },
      { traceparent: `${TRACEPARENT}-00` },
      { traceparent: TRACEPARENT.replace('00-', 'ff-') },
      { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01' },
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01' },
    ];
    for (const carrier of wrong) expect(injected(carrier)).to.equal(undefined);
    const traceparent = TRACEPARENT;
    for (const tracestate of ['', 'x'.repeat(513), 7]) {
      expect(injected({ traceparent, tracestate })).to.deep.equal({ traceparent });
    }
  });

  it('leaves a list of parameters as it is, which has no room for a trace', () => {
    const { wire, start } = watched({ inject: (given) => Object.assign(given, { traceparent: TRACEPARENT }) });
    invoke(start, { method: 'x/list', tool: undefined, params: [1], options: {} });
    expect(wire.last.call.options).to.deep.equal({});
  });

  it('that throws breaks no call, and its errors are not hidden', async () => {
    const { wire, start } = watched({
      inject: () => {
        throw new Error('no span');
      },
      onCall: () => {
        throw new Error('no meter');
      },
    });
    const errors = await uncaught(() => {
      const caller = call(start);
      wire.last.answer(1);
      expect(caller.value).to.equal(1);
    });
    expect(errors.map(String)).to.deep.equal(['Error: no span', 'Error: no meter']);
  });
});
