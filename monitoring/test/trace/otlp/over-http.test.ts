import { randomFillSync } from 'node:crypto';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { callOf, run } from '../../observe/told.ts';
import { attributesOf, OtlpReceiver } from '../otlp-receiver.ts';
import { tracing } from '../tracing.ts';

describe('spans on their way to a receiver', () => {
  const open = tracing();
  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await OtlpReceiver.open();
  });
  afterEach(() => receiver.close());

  for (const gzip of [false, true]) {
    it(`arrive with who sends them${gzip ? ', compressed' : ''}`, async () => {
      const headers = { 'x-tenant': 'films' };
      const { tracer, clock } = open(
        { sampleRatio: 1, otlp: { endpoint: `${receiver.url}/`, headers, gzip } },
        { fetch, randomFill: (bytes) => randomFillSync(bytes) },
      );
      run(callOf('speak'), { tookMs: 25 });
      run(callOf('speak'), { error: new CallError('TOOL_FAILED') });
      await tracer.flush();
      const [request, ...others] = receiver.requests;
      expect(others).to.deep.equal([]);
      expect(request?.path).to.equal('/v1/traces');
      expect(request?.headers).to.include({ 'x-tenant': 'films', 'content-type': 'application/json' });
      expect(request?.headers['content-encoding']).to.equal(gzip ? 'gzip' : undefined);
      expect(request?.resource).to.deep.equal({
        'service.name': 'callsheet',
        'service.version': '1.2.3',
        'service.instance.id': 'one',
      });
      const [good, bad] = request?.spans ?? [];
      expect(good).to.deep.include({ name: 'tools/call speak', kind: 2, status: {} });
      expect(bad?.status).to.deep.equal({ code: 2 });
      expect(good && attributesOf(good)).to.include({ 'gen_ai.tool.name': 'speak' });
      expect(BigInt(good?.endTimeUnixNano ?? 0) - BigInt(good?.startTimeUnixNano ?? 0)).to.equal(25_000_000n);
      expect(tracer.counts()).to.include({ recorded: 2, exported: 2 });
      expect(clock.pending).to.equal(0);
    });
  }

  it('are never carried to another address', async () => {
    const { tracer } = open({ sampleRatio: 1, otlp: { endpoint: receiver.url } }, { fetch });
    receiver.answers.push({ status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    run(callOf('speak'));
    await tracer.flush();
    expect(receiver.requests.map(({ path }) => path)).to.deep.equal(['/v1/traces']);
    expect(tracer.counts()).to.include({ failed: 1, exported: 0 });
  });

  it('are sent when the tracer is closed', async () => {
    const { tracer } = open({ sampleRatio: 1, otlp: { endpoint: receiver.url } }, { fetch });
    run(callOf('speak'));
    await tracer.close();
    expect(receiver.spans).to.have.length(1);
  });
});
