import { expect } from 'chai';
import { type Call, CallPromise } from '../src/call.ts';
import { RpcClientError } from '../src/errors.ts';
import type { CallNotes, CallSink } from '../src/invocation.ts';
import { rejection } from './conversation.ts';

interface Started {
  readonly call: Call<unknown, object>;
  readonly sink: CallSink;
  readonly notes: CallNotes;
  readonly cancelled: unknown[];
  time: number;
}

function started(onProgress?: (report: object) => void): Started {
  const cancelled: unknown[] = [];
  let given: [CallSink, CallNotes] | undefined;
  const state = { time: 1_000 };
  const call = new CallPromise<unknown, object>(
    7,
    () => state.time,
    (...parts) => {
      given = parts;
      return (reason) => cancelled.push(reason);
    },
    onProgress,
  );
  if (given === undefined) throw new Error('the call was not started');
  return Object.assign(state, { call, sink: given[0], notes: given[1], cancelled });
}

const failure = new RpcClientError('INTERNAL', 'no');

describe('the promise of a call', () => {
  it('reports what the layers noted down, and how long it took', async () => {
    const { call, sink, notes } = started();
    notes.attempts = 2;
    notes.cache = 'miss';
    notes.connection = 'c1';
    notes.requestId = '9';
    notes.traceparent = '00-1-2-01';
    sink.settle({ ok: true, value: 'fine' });
    expect(await call.settled()).to.deep.equal({
      ok: true,
      value: 'fine',
      durationMs: 0,
      attempts: 2,
      cache: 'miss',
      connection: 'c1',
      requestId: '9',
      traceparent: '00-1-2-01',
    });
  });

  it('knows that it never left, and how long it failed', async () => {
    const begun = started();
    begun.time += 40;
    begun.sink.settle({ ok: false, error: failure });
    begun.time += 40;
    expect(await begun.call.settled()).to.deep.equal({
      ok: false,
      error: failure,
      durationMs: 40,
      attempts: 0,
      cache: 'bypass',
      connection: undefined,
      requestId: undefined,
      traceparent: undefined,
    });
    expect(await rejection(begun.call)).to.equal(failure);
  });

  it('may be settled before it was started to the end', async () => {
    const call = new CallPromise<number, object>(
      1,
      () => 0,
      (sink) => {
        sink.settle({ ok: true, value: 1 });
        return () => undefined;
      },
    );
    expect(await call).to.equal(1);
  });

  it('gives every reader every report, and the callback as well', async () => {
    const heard: object[] = [];
    const { call, sink } = started((report) => heard.push(report));
    const readers = [call[Symbol.asyncIterator](), call[Symbol.asyncIterator]()];
    sink.progress?.({ progress: 0.5 });
    sink.settle({ ok: true, value: 1 });
    for (const reader of readers) {
      expect(await reader.next()).to.deep.equal({ done: false, value: { progress: 0.5 } });
      expect(await reader.next()).to.deep.equal({ done: true, value: undefined });
    }
    expect(heard).to.deep.equal([{ progress: 0.5 }]);
  });

  it('tells a reader that comes after the failure, once', async () => {
    const { call, sink } = started();
    sink.settle({ ok: false, error: failure });
    const reader = call[Symbol.asyncIterator]();
    expect(await rejection(Promise.resolve(reader.next()))).to.equal(failure);
    expect(await reader.next()).to.deep.equal({ done: true, value: undefined });
  });

  it('hands the reason of a cancel on, and shows nothing of its insides', () => {
    const { call, cancelled } = started();
    call.cancel('enough');
    expect(cancelled).to.deep.equal(['enough']);
    expect(Object.keys(call)).to.deep.equal([]);
    expect(call.id).to.equal('7');
  });
});
