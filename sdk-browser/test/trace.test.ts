import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Simulator, startSimulator } from '../../generation/test/providers/simulator.ts';
import { attributesOf, OtlpReceiver, type OtlpSpan } from '../../monitoring/test/trace/otlp-receiver.ts';
import { type Command, program } from '../../server/test/gateway/running.ts';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';

const CLIENT = new URL('./pages/client.ts', import.meta.url);
const WORKER = fileURLToPath(new URL('../../generation/src/worker/bin.ts', import.meta.url));
const WORKER_KEY = 'worker-key-with-enough-characters';
const ARGUMENTS = { video_subject: 'A subject nobody else may read' };
const SCENES = JSON.stringify({ scenes: [{ title: 'Reefs', text: 'Reefs are alive.' }] });
/** SpanKind of OTLP. */
const SERVER = 2;
const CLIENT_KIND = 3;

describe('a trace that begins in a page', function () {
  this.timeout(90_000);
  const chromium = useChromium();
  let receiver: OtlpReceiver;
  let provider: Simulator;
  let gateway: PageGateway;
  let worker: Command;

  before(async () => {
    receiver = await OtlpReceiver.open();
    provider = await startSimulator({ text: SCENES, usage: { prompt_tokens: 210, completion_tokens: 96 } });
    gateway = await chromium.gateway({
      auth: {
        admin_key: 'admin-key-of-the-browser-tests',
        api_keys: { studio: { key: WORKER_KEY, role: 'worker' } },
      },
      // Tools of one version are alike everywhere: with a model that costs money they are not read-only.
      llm: { base_url: `${provider.url}/v1`, model: 'small' },
      // Only what comes with a trace is recorded.
      tracing: { endpoint: receiver.url, sample: '0', headers: { 'x-tenant': { value: 'a-secret-of-the-receiver' } } },
    });
    worker = program(WORKER, ['--name', 'studio', '--tools', 'generate_video_script', '--tags', 'studio'], {
      CALLSHEET_URL: gateway.url,
      CALLSHEET_API_KEY: WORKER_KEY,
      CALLSHEET_LLM_BASE_URL: `${provider.url}/v1`,
      CALLSHEET_LLM_MODEL: 'small',
      CALLSHEET_LLM_API_KEY: 'sk-a-key-of-the-provider-1',
    });
    await worker.says(/is registered at/);
  });
  after(async () => {
    worker?.child.kill('SIGKILL');
    await worker?.exit;
    await provider?.close();
    await receiver?.close();
  });

  /** Calls a tool in a page, as part of a trace of its own; answers that trace. */
  const callInPage = async (tool: string, args: object, flags: '00' | '01'): Promise<string> => {
    const page = await chromium.open(CLIENT);
    return page.evaluate(
      async ([where, name, given, recorded]) => {
        let traceparent = '';
        const client = clientOf(where, {
          telemetry: {
            inject: (carrier) => {
              const begun = sdk.newTraceparent((count) => crypto.getRandomValues(new Uint8Array(count)));
              traceparent = begun.slice(0, -2) + recorded;
              carrier.traceparent = traceparent;
            },
          },
        });
        await client
          .call(name, given as Record<string, string>, { route: { tags: ['studio'] } })
          .catch(() => undefined);
        await client.close();
        return traceparent;
      },
      [{ url: gateway.url, apiKey: gateway.key }, tool, args, flags] as const,
    );
  };

  it('is joined by the gateway, the worker and the exchange with the provider', async () => {
    const traceparent = await callInPage('generate_video_script', ARGUMENTS, '01');
    const [, traceId = '', pageSpan = ''] = traceparent.split('-');
    const spans = await receiver.until(() => {
      const joined = receiver.spans.filter((span) => span.traceId === traceId);
      return joined.length >= 4 ? joined : undefined;
    });
    expect(spans).to.have.length(4);
    const under = (parent: string): OtlpSpan => {
      const [child, ...others] = spans.filter(({ parentSpanId }) => parentSpanId === parent);
      expect(others, `other children of ${parent}`).to.deep.equal([]);
      if (child === undefined) throw new Error(`Nothing under ${parent}: ${JSON.stringify(spans)}`);
      return child;
    };
    const request = under(pageSpan);
    const attempt = under(request.spanId);
    const work = under(attempt.spanId);
    const exchange = under(work.spanId);
    expect([request, attempt, work, exchange].map(({ name, kind }) => [name, kind])).to.deep.equal([
      ['tools/call generate_video_script', SERVER],
      ['tools/call generate_video_script', CLIENT_KIND],
      ['tools/call generate_video_script', SERVER],
      ['chat small', CLIENT_KIND],
    ]);
    expect(attributesOf(request)).to.include({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'generate_video_script',
      'network.protocol.name': 'websocket',
    });
    expect(attributesOf(attempt)).to.include({ 'callsheet.worker.name': 'studio', 'callsheet.attempt': '1' });
    expect(attributesOf(work)).to.include({ 'callsheet.worker.name': 'studio' });
    expect(attributesOf(exchange)).to.include({
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'small',
      'gen_ai.usage.input_tokens': '210',
      'gen_ai.usage.output_tokens': '96',
    });
    // Each lies within the one above it.
    for (const [outer, inner] of [
      [request, attempt],
      [attempt, work],
      [work, exchange],
    ] as const) {
      expect(BigInt(inner.startTimeUnixNano) >= BigInt(outer.startTimeUnixNano), `${inner.name} begins`).to.equal(true);
      expect(BigInt(inner.endTimeUnixNano) <= BigInt(outer.endTimeUnixNano), `${inner.name} ends`).to.equal(true);
    }
    // The provider itself could join as well: it was told the span of the exchange.
    expect(provider.seen.map((request_) => request_.traceparent)).to.deep.equal([
      `00-${traceId}-${exchange.spanId}-01`,
    ]);
  });

  it('tells the receiver who sends, with the headers it wants, and nothing of arguments and secrets', async () => {
    const [request] = await receiver.until(() => (receiver.requests.length > 0 ? receiver.requests : undefined));
    expect(request?.path).to.equal('/v1/traces');
    expect(request?.headers).to.include({ 'x-tenant': 'a-secret-of-the-receiver', 'content-type': 'application/json' });
    expect(request?.resource).to.include({ 'service.name': 'callsheet' });
    expect(request?.resource).to.have.all.keys('service.name', 'service.version', 'service.instance.id');
    const sent = JSON.stringify(receiver.requests.map(({ spans }) => spans));
    for (const secret of [ARGUMENTS.video_subject, 'sk-a-key', WORKER_KEY, gateway.key, 'Reefs']) {
      expect(sent).not.to.contain(secret);
    }
  });

  it('is not recorded when the page says so, unless something fails', async () => {
    const quiet = await callInPage('generate_video_script', { ...ARGUMENTS, paragraph_number: 2 }, '00');
    const failing = await callInPage('generate_video_script', { video_subject: '' }, '00');
    const failed = await receiver.until(() => receiver.spans.find(({ traceId }) => failing.includes(traceId)));
    expect(failed).to.include({ parentSpanId: failing.split('-')[2], name: 'tools/call generate_video_script' });
    expect(failed.status).to.deep.equal({ code: 2 });
    expect(attributesOf(failed)).to.include({ 'error.type': 'INVALID_PARAMS' });
    expect(receiver.spans.filter(({ traceId }) => quiet.includes(traceId))).to.deep.equal([]);
  });
});
