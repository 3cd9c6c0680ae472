import { CallError } from '@callsheet/protocol';
import * as realApi from '@opentelemetry/api';
import { expect } from 'chai';
import { openTelemetry } from '../../src/trace/open-telemetry.ts';
import { attempt, callOf, exchange, run, tell } from '../observe/told.ts';
import { SAMPLED, TRACE, tracing } from './tracing.ts';

interface Made {
  readonly context: realApi.SpanContext;
  readonly parent: realApi.SpanContext | undefined;
  readonly kind: realApi.SpanKind | undefined;
  readonly startTime: realApi.TimeInput | undefined;
  name: string;
  attributes: realApi.Attributes;
  status: realApi.SpanStatus | undefined;
  endTime: realApi.TimeInput | undefined;
}

/** The least a tracer provider of an application is: ids of its own, parents from the context. */
class SmallProvider implements realApi.TracerProvider {
  readonly made: Made[] = [];

  getTracer(): realApi.Tracer {
    return {
      startSpan: (name, { kind, startTime, root } = {}, context = realApi.ROOT_CONTEXT) =>
        this.#span(name, root ? undefined : realApi.trace.getSpanContext(context), kind, startTime),
      startActiveSpan: () => {
        throw new Error('not for this');
      },
    };
  }

  #span(name: string, parent: Made['parent'], kind: Made['kind'], startTime: Made['startTime']): realApi.Span {
    const spanId = `ab${String(this.made.length).padStart(14, '0')}`;
    const context = { traceId: parent?.traceId ?? 'ee'.repeat(16), spanId, traceFlags: 1 };
    const made: Made = {
      ...{ context, parent, kind, startTime, name, attributes: {} },
      status: undefined,
      endTime: undefined,
    };
    this.made.push(made);
    const still = (change: () => void): realApi.Span => {
      change();
      return span;
    };
    const span: realApi.Span = {
      spanContext: () => context,
      setAttribute: (key, value) => still(() => Object.assign(made.attributes, { [key]: value })),
      setAttributes: (attributes) => still(() => Object.assign(made.attributes, attributes)),
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus: (status) => still(() => Object.assign(made, { status })),
      updateName: (given) => still(() => Object.assign(made, { name: given })),
      end: (endTime) => void Object.assign(made, { endTime }),
      isRecording: () => true,
      recordException: () => undefined,
    };
    return span;
  }
}

describe("spans in the application's own tracer", () => {
  const open = tracing();
  afterEach(() => realApi.trace.disable());

  const bridged = async (faults: unknown[] = []) => {
    const bridge = await openTelemetry({ version: '1.2.3', fault: (error) => void faults.push(error) });
    return open({ sampleRatio: 1 }, { bridge });
  };

  it('are made with the same names, attributes, times and parents, and its ids travel on', async () => {
    const provider = new SmallProvider();
    realApi.trace.setGlobalTracerProvider(provider);
    const { spans, clock } = await bridged();
    const call = callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } }, startedAt: 5 });
    tell('requestStart', call);
    const one = attempt('speak', { parent: call.traceparent, startedAt: 6 });
    tell('attemptStart', one);
    tell('attemptEnd', Object.assign(one, { endedAt: 8 }));
    tell('requestEnd', Object.assign(call, { endedAt: 9, error: new CallError('TOOL_FAILED') }));
    const [request, tries] = provider.made;
    expect(request).to.deep.include({
      ...{ name: 'tools/call speak', kind: realApi.SpanKind.SERVER, startTime: clock.now() + 5 },
      ...{ endTime: clock.now() + 9, status: { code: realApi.SpanStatusCode.ERROR } },
    });
    expect(request?.parent).to.include({ traceId: TRACE, spanId: 'b7ad6b7169203331', isRemote: true });
    expect(request?.attributes).to.include({ 'error.type': 'TOOL_FAILED', 'gen_ai.tool.name': 'speak' });
    expect(tries?.parent).to.include({ spanId: request?.context.spanId });
    expect(tries).to.include({ kind: realApi.SpanKind.CLIENT, endTime: clock.now() + 8, status: undefined });
    expect(call.traceparent).to.equal(`00-${TRACE}-${request?.context.spanId}-01`);
    expect(spans.map(({ spanId }) => spanId)).to.deep.equal([tries?.context.spanId, request?.context.spanId]);
  });

  it('begin a trace of its own where there is none', async () => {
    const provider = new SmallProvider();
    realApi.trace.setGlobalTracerProvider(provider);
    const { spans } = await bridged();
    run(callOf('speak'));
    expect(provider.made[0]?.parent).to.equal(undefined);
    expect(spans[0]).to.include({ traceId: 'ee'.repeat(16), parentSpanId: undefined });
  });

  it('have the right parents also below those that a worker elsewhere made', async () => {
    const provider = new SmallProvider();
    realApi.trace.setGlobalTracerProvider(provider);
    const { spans } = await bridged();
    const own = `00-${TRACE}-53995c3f42cd8ad8-01`;
    const { channel } = await import('node:diagnostics_channel');
    channel('callsheet:work').publish({
      ...{ tool: 'speak', worker: 'gpu-7', parent: SAMPLED, traceparent: own, startedAt: 5, durationMs: 3 },
      error: undefined,
    });
    const asked = exchange({ parent: own, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    channel('callsheet:provider:start').publish(asked);
    tell('providerEnd', asked);
    const [work, chat] = provider.made;
    expect(work?.parent).to.include({ spanId: 'b7ad6b7169203331' });
    expect(chat?.parent).to.include({ spanId: work?.context.spanId });
    // Here they keep the ids under which the worker knows them.
    expect(spans.map(({ spanId }) => spanId)).to.deep.equal(['53995c3f42cd8ad8', '00f067aa0ba902b7']);
  });

  it('are none while the application has no provider: the ids are our own then', async () => {
    const { spans } = await bridged();
    run(callOf('speak', { params: { name: 'speak', _meta: { traceparent: SAMPLED } } }));
    run(callOf('speak'));
    expect(spans).to.have.length(2);
    expect(spans[0]?.spanId).to.not.equal(spans[0]?.parentSpanId);
    expect(spans[1]?.traceId).to.not.equal('0'.repeat(32));
  });

  it('are made by a provider that comes later', async () => {
    const provider = new SmallProvider();
    const { spans } = await bridged();
    realApi.trace.setGlobalTracerProvider(provider);
    run(callOf('speak'));
    expect(provider.made).to.have.length(1);
    expect(spans[0]?.spanId).to.equal(provider.made[0]?.context.spanId);
  });

  it('never spoil a call, whatever the provider throws', async () => {
    const faults: unknown[] = [];
    const broken = new Error('broken');
    realApi.trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: () => {
          throw broken;
        },
        startActiveSpan: () => undefined as never,
      }),
    });
    const { spans } = await bridged(faults);
    run(callOf('speak'));
    run(callOf('speak'));
    expect(spans).to.have.length(2);
    expect(faults, 'told once').to.deep.equal([broken]);
  });

  it('say what to install when there is no such package', async () => {
    const load = () => Promise.reject(new Error('Cannot find package'));
    const error = await openTelemetry({ load, version: '1', fault: () => undefined }).catch((caught: Error) => caught);
    expect(error).to.have.property('message').that.contains('install it beside the gateway');
    expect(error).to.have.nested.property('cause.message', 'Cannot find package');
  });
});
