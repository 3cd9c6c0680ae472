import { once } from 'node:events';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { type ProviderRequest, requestJson } from '../../src/providers/http.ts';
import { fakeClock, LIMIT_MS } from './fake-clock.ts';
import { type Fault, type Simulator, startSimulator } from './simulator.ts';

const KEY = 'sk-test-0123456789abcdef';

describe('the HTTP client of the providers', () => {
  let simulator: Simulator;
  let clock = fakeClock();
  beforeEach(() => {
    clock = fakeClock();
  });
  afterEach(() => simulator.close());

  async function ask(faults: readonly Fault[], over: Partial<ProviderRequest> = {}): Promise<unknown> {
    simulator = await startSimulator({ faults });
    return askAgain(over);
  }
  const askAgain = (over: Partial<ProviderRequest> = {}) =>
    requestJson(
      {
        provider: 'openai',
        url: `${simulator.url}/v1/chat/completions`,
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}` },
        body: { hello: 1 },
        signal: new AbortController().signal,
        timeoutMs: LIMIT_MS,
        secrets: [KEY],
        ...over,
      },
      { fetch, clock, random: () => 0.5 },
    );
  async function errorOf(work: Promise<unknown>): Promise<CallError> {
    const error = await work.then(
      () => expect.fail('it should have failed'),
      (caught: unknown) => caught,
    );
    if (!CallError.is(error)) throw error;
    return error;
  }
  const status = (code: number, headers: Record<string, string> = {}, body: unknown = {}): Fault => ({
    kind: 'status',
    status: code,
    body,
    headers,
  });

  it('sends JSON and reads JSON', async () => {
    expect(await ask([])).to.have.property('choices');
    expect(simulator.seen[0]).to.include({ method: 'POST', authorization: `Bearer ${KEY}` });
    expect(simulator.seen[0]?.body).to.eql({ hello: 1 });
  });

  it('tries again after 408, 429, 5xx and a broken connection, with full jitter', async () => {
    for (const fault of [status(408), status(429), status(500), status(503), { kind: 'cut' } as const]) {
      clock = fakeClock();
      await ask([fault, fault]);
      expect(simulator.seen, JSON.stringify(fault)).to.have.length(3);
      expect(clock.slept).to.eql([250, 500]);
      await simulator.close();
    }
  });

  it('waits as long as the provider asks, in seconds, milliseconds or until a date', async () => {
    const date = new Date(clock.now() + 9000).toUTCString();
    await ask([status(429, { 'retry-after': '7' }), status(429, { 'retry-after-ms': '1234' })]);
    expect(clock.slept).to.eql([7000, 1234]);
    await simulator.close();
    clock = fakeClock();
    await ask([status(503, { 'retry-after': date })]);
    expect(clock.slept[0]).to.be.within(8000, 9000);
  });

  it('does not wait for a provider that asks for more than a minute, but tells the caller', async () => {
    const error = await errorOf(ask([status(429, { 'retry-after': '3600' })]));
    expect(error.errorName).to.equal('RATE_LIMITED');
    expect(error.facts.retryAfterMs).to.equal(3_600_000);
    expect(clock.slept).to.eql([]);
  });

  it('gives up after three tries and says so', async () => {
    const error = await errorOf(ask([status(500), status(500), status(500)]));
    expect(simulator.seen).to.have.length(3);
    expect(error).to.include({ errorName: 'UPSTREAM_ERROR', retryable: true });
    expect(error.facts.details).to.eql({ reason: 'provider_busy', provider: 'openai', http_status: 500 });
  });

  it('does not repeat what will fail again', async () => {
    const quota = { error: { message: 'You exceeded your quota', code: 'insufficient_quota' } };
    const cases: [Fault, string, string][] = [
      [status(401), 'UPSTREAM_ERROR', 'unauthorized_provider'],
      [status(403), 'UPSTREAM_ERROR', 'unauthorized_provider'],
      [
        status(400, {}, { error: { message: 'bad model', type: 'invalid_request_error' } }),
        'UPSTREAM_ERROR',
        'invalid_params',
      ],
      [status(429, {}, quota), 'QUOTA_EXCEEDED', 'quota_exceeded'],
      [status(400, {}, { error: { code: 'content_policy_violation' } }), 'CONTENT_REFUSED', 'content_rejected'],
      [status(302, { location: 'http://127.0.0.1:1/' }), 'UPSTREAM_ERROR', 'provider_redirected'],
      [{ kind: 'text', text: '<html>challenge</html>', type: 'text/html' }, 'UPSTREAM_ERROR', 'answer_unreadable'],
      [{ kind: 'flood', bytes: 200_000 }, 'UPSTREAM_ERROR', 'answer_too_large'],
    ];
    for (const [fault, name, reason] of cases) {
      const error = await errorOf(ask([fault], { maxBytes: 100_000 }));
      expect(error.errorName, reason).to.equal(name);
      expect(error.facts.details, reason).to.include({ reason, provider: 'openai' });
      expect(error.retryable, reason).to.equal(false);
      expect(simulator.seen, reason).to.have.length(1);
      await simulator.close();
    }
  });

  it('never says a secret, whatever the provider quotes', async () => {
    const said = { error: { message: `Incorrect API key provided: Bearer ${KEY}; see ?key=${KEY}` } };
    const error = await errorOf(ask([status(401, {}, said)]));
    expect(JSON.stringify([error.message, error.toWire(), String(error.cause)])).not.to.contain('0123456789abcdef');
    expect(error.message).to.contain('Incorrect API key');
  });

  for (const kind of ['hang', 'hang-in-body'] as const) {
    it(`ends a try that takes too long (${kind})`, async () => {
      simulator = await startSimulator({ faults: [{ kind }] });
      const work = errorOf(askAgain({ retry: { retries: 0, baseMs: 1, capMs: 1 } }));
      while (simulator.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.pass();
      const error = await work;
      expect(error.facts.details).to.include({ reason: 'provider_timeout' });
      expect(error.retryable).to.equal(true);
    });
  }

  it('stops at once when the caller cancels', async () => {
    const stop = new AbortController();
    simulator = await startSimulator({ faults: [{ kind: 'hang' }] });
    const work = errorOf(askAgain({ signal: stop.signal }));
    while (simulator.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect((await work).errorName).to.equal('CANCELLED');
    expect((await errorOf(askAgain({ signal: stop.signal }))).errorName).to.equal('CANCELLED');
    expect(simulator.seen).to.have.length(1);
  });

  it('says why a provider cannot be reached', async () => {
    simulator = await startSimulator();
    await simulator.close();
    const error = await errorOf(askAgain());
    expect(error.message).to.match(/ECONNREFUSED/u);
    expect(error.facts.details).to.include({ reason: 'provider_unreachable' });
  });
});

describe('the system clock', () => {
  it('wakes a sleeper whose signal aborts', async () => {
    const { systemClock } = await import('../../src/providers/clock.ts');
    const stop = new AbortController();
    const asleep = systemClock.sleep(60_000, stop.signal).catch((reason: unknown) => reason);
    const aborted = once(stop.signal, 'abort');
    stop.abort('enough');
    await aborted;
    expect(await asleep).to.equal('enough');
    expect(await systemClock.sleep(0, stop.signal).catch((reason: unknown) => reason)).to.equal('enough');
    await systemClock.sleep(0, new AbortController().signal);
    expect(systemClock.now()).to.be.greaterThan(1.7e12);
  });
});
