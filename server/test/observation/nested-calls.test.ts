import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { CallError, CHANNELS, type JsonObject, type RequestObservation } from '@callsheet/protocol';
import { expect } from 'chai';
import { traceOf } from '../../src/host/call-meta.ts';
import type { CallFrame } from '../../src/host/context.ts';
import { nestedCalls } from '../../src/host/nested-calls.ts';
import type { Handler, ToolCall } from '../../src/pipeline/layer.ts';
import { FakeClock } from '../fake-clock.ts';
import { catalogueOf, refusal, tool } from '../pipeline/tool-call.ts';
import { ALICE } from '../session/talk.ts';
import { hear } from './heard.ts';

const OUTER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SPAN = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';

describe('what is told of calls a tool makes', () => {
  const began = hear<RequestObservation>(CHANNELS.requestStart);
  const ended = hear<RequestObservation>(CHANNELS.requestEnd);

  function open(handler: Handler) {
    const clock = new FakeClock();
    const call = nestedCalls({
      catalogue: catalogueOf([tool()]),
      pipeline: () => handler,
      nextRequestId: () => 'req_inner',
      clock,
    });
    const frame: CallFrame = {
      ...{ principal: ALICE, project: 'film', trace: { traceparent: OUTER, tracestate: 'a=b' }, dryRun: false },
      ...{ signal: new AbortController().signal, deadline: 5_000 },
    };
    return { clock, ask: (name = 'echo', args: JsonObject = { n: 1 }) => call(name, args, frame) };
  }

  it('is a request like any other, from inside the house, in the trace of the call that makes it', async () => {
    const { clock, ask } = open(async () => {
      clock.advance(30);
      return { n: 1 };
    });
    await ask();
    expect(began).to.have.length(1);
    expect(ended[0]).to.equal(began[0]);
    const [request] = ended;
    expect(request).to.include({
      method: 'tools/call',
      transport: 'internal',
      requestId: 'req_inner',
      error: undefined,
    });
    expect(request).to.deep.include({
      principal: ALICE,
      params: { name: 'echo', arguments: { n: 1 }, _meta: { traceparent: OUTER, tracestate: 'a=b' } },
    });
    expect((request?.endedAt ?? 0) - (request?.startedAt ?? 0)).to.equal(30);
  });

  it('names the error it ended with, which the tool hears as it is', async () => {
    const denied = new CallError('TOOL_DENIED', 'not for you');
    const { ask } = open(() => Promise.reject(denied));
    expect(await refusal(ask())).to.include({ name: 'TOOL_DENIED' });
    expect(ended.map(({ error }) => error)).to.deep.equal([denied]);
  });

  it('is told of a tool there is none of as well, and of a fault by the name that has no words', async () => {
    const { ask } = open(() => {
      throw new Error('the words of a fault');
    });
    expect(await refusal(ask('no_such_tool'))).to.include({ name: 'TOOL_NOT_FOUND' });
    expect(await refusal(ask())).to.include({ message: 'the words of a fault' });
    expect(ended.map(({ error }) => error?.errorName)).to.deep.equal(['TOOL_NOT_FOUND', 'INTERNAL']);
    expect(began).to.have.length(2);
  });

  it('hands the span on that somebody made of it, and what came with the outer call otherwise', async () => {
    const seen: ToolCall[] = [];
    const { ask } = open(async (call) => void seen.push(call));
    await ask();
    const name = (message: unknown): void => {
      (message as RequestObservation).traceparent = SPAN;
    };
    subscribe(CHANNELS.requestStart, name);
    try {
      await ask();
    } finally {
      unsubscribe(CHANNELS.requestStart, name);
    }
    expect(seen.map((call) => traceOf(call))).to.deep.equal([
      { traceparent: OUTER, tracestate: 'a=b' },
      { traceparent: SPAN, tracestate: 'a=b' },
    ]);
    expect(seen.every(({ nested, principal }) => nested && principal === ALICE)).to.equal(true);
  });
});
