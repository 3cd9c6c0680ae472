import type { TraceView } from '@callsheet/monitoring';
import { expect } from 'chai';
import { attributesOf, OtlpReceiver, type OtlpSpan } from '../../../monitoring/test/trace/otlp-receiver.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { useFleet } from '../fleet/use-fleet.ts';
import { until } from './until.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const SAMPLED = { traceparent: `00-${TRACE}-${CALLER}-01` };
/** SpanKind of OTLP. */
const [INTERNAL, SERVER, CLIENT, CONSUMER] = [1, 2, 3, 5];

describe('the traces of a gateway', () => {
  let receiver: OtlpReceiver;
  // Before the suite's own: the gateway has gone when the receiver goes.
  beforeEach(async () => {
    receiver = await OtlpReceiver.open();
  });
  const openFleet = useFleet();
  afterEach(() => receiver.close());
  const open = (): Promise<Fleet> => openFleet(`[tracing]\nsample = "0"\nendpoint = "${receiver.url}"`);

  /** The spans of the caller's trace, once so many have come; each with its name, kind and the name of its parent. */
  const tree = async (count: number): Promise<{ spans: readonly OtlpSpan[]; rows: unknown[] }> => {
    const spans = await receiver.until(() => {
      const found = receiver.spans.filter(({ traceId }) => traceId === TRACE);
      return found.length >= count ? found : undefined;
    });
    const nameOf = (id = '') => (id === CALLER ? 'the caller' : spans.find(({ spanId }) => spanId === id)?.name);
    const begun = spans.toSorted((one, other) =>
      Number(BigInt(one.startTimeUnixNano) - BigInt(other.startTimeUnixNano)),
    );
    return { spans, rows: begun.map(({ name, kind, parentSpanId }) => [name, kind, nameOf(parentSpanId)]) };
  };

  it('join a job to whoever submitted it: its run, its attempts, what the worker did, its stages', async () => {
    const fleet = await open();
    await fleet.worker('ant');
    const client = await fleet.client();
    const job = await client.submit('fleet_job', { id: 1, ms: 50 }, { trace: SAMPLED });
    expect(await job.result()).to.include({ worker: 'ant' });
    const { spans, rows } = await tree(5);
    expect(rows).to.have.deep.members([
      ['jobs/submit fleet_job', SERVER, 'the caller'],
      ['job fleet_job', CONSUMER, 'jobs/submit fleet_job'],
      ['tools/call fleet_job', CLIENT, 'job fleet_job'],
      ['tools/call fleet_job', SERVER, 'tools/call fleet_job'],
      ['stage work', INTERNAL, 'job fleet_job'],
    ]);
    const run = spans.find(({ kind }) => kind === CONSUMER);
    expect(run && attributesOf(run)).to.include({ 'callsheet.job.id': job.id, 'callsheet.job.outcome': 'completed' });
  });

  it('show the worker that failed and the one that was asked after it', async () => {
    const fleet = await open();
    const workers = new Map([
      ['ant', await fleet.worker('ant')],
      ['bee', await fleet.worker('bee')],
    ]);
    const client = await fleet.client();
    const answered = client.call('fleet_repeatable', { id: 2, ms: 1_500 }, { trace: SAMPLED }).then((answer) => answer);
    const first = await until('the first worker to begin', async () => (await fleet.runs())[0]?.worker);
    const second = first === 'ant' ? 'bee' : 'ant';
    workers.get(first)?.child.kill('SIGKILL');
    expect(await answered).to.include({ worker: second });
    const spans = await receiver.until(() => {
      const found = receiver.spans.filter(({ kind, traceId }) => kind === CLIENT && traceId === TRACE);
      return found.length >= 2 ? found : undefined;
    });
    const attempts = spans.map(attributesOf);
    const byWorker = (name: string) => attempts.find((attributes) => attributes['callsheet.worker.name'] === name);
    expect(byWorker(first)).to.include({ 'callsheet.attempt': '1' }).and.have.property('error.type');
    expect(byWorker(second)).to.include({ 'callsheet.attempt': '2' }).and.not.have.property('error.type');
    expect(new Set(spans.map(({ parentSpanId }) => parentSpanId)).size, 'one request').to.equal(1);
  });

  it('are kept of what fails although nobody wanted it recorded, for operators to look at', async () => {
    const fleet = await open();
    await fleet.worker('ant');
    const client = await fleet.client();
    await client.call('fleet_repeatable', { id: 3, ms: 0 });
    const failure = await client.call('fleet_broken', { id: 4, ms: 0 }).catch((error: unknown) => error);
    expect(failure).to.be.an('error');
    const { traces } = await client.request<{ traces: TraceView[] }>('traces/list', { errors: true });
    expect(traces.map(({ name, tool, error }) => [name, tool, error])).to.deep.equal([
      ['tools/call fleet_broken', 'fleet_broken', 'TOOL_FAILED'],
    ]);
    const [kept] = traces;
    expect(kept?.requestId).to.equal((failure as { requestId?: string }).requestId);
    const { traces: found } = await client.request<{ traces: TraceView[] }>('traces/list', {
      traceId: kept?.traceId ?? '',
    });
    expect(found).to.deep.equal(traces);
  });
});
