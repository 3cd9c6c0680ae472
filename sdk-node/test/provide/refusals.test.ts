import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { type ProvideOptions, type Provider, provide } from '../../src/index.ts';
import { FakeHouse, provideOn, REGISTERED, type Stage, settle, stage, transportTo } from './fake-house.ts';

const tools: ProvideOptions['tools'] = { go: { description: 'x', run: () => 1 } };

describe('a worker nobody takes in', () => {
  let on: Stage;
  beforeEach(() => {
    on = stage();
  });

  /** What `services/register` is refused with from now on. */
  const refuse = (house: FakeHouse, code: number, data = {}): void => {
    house.gateway.handlers['services/register'] = (_params, request, line) => {
      line.fail(request.id, code, data);
      return undefined;
    };
  };
  const starting = (options: Partial<ProvideOptions> = {}, platform = on.platform): Promise<unknown> =>
    rejection(provide({ url: 'ws://gateway.test', tools, ...options }, platform));

  for (const [code, name, expected] of [
    [4030, 'FORBIDDEN', 'FORBIDDEN'],
    [4090, 'CONFLICT', 'CONFLICT'],
    [-32602, 'INVALID_PARAMS', 'INVALID_PARAMS'],
    [-32601, 'METHOD_NOT_FOUND', 'METHOD_NOT_FOUND'],
  ] as const) {
    it(`for ${name} says so, and leaves nothing behind`, async () => {
      refuse(on.house, code, { name, retryable: false });
      expect(await starting()).to.include({ code: expected });
      expect(on.clock.pending).to.equal(0);
      expect(on.signals.listeners).to.deep.equal([]);
      expect(on.house.line.closedByClient).to.include({ code: 1000 });
    });
  }

  it('for a wrong key says so', async () => {
    on.house.gateway.handlers['session/open'] = (_params, _request, line) => {
      line.drop(4401, 'no');
      return undefined;
    };
    expect(await starting()).to.include({ code: 'AUTH' });
    expect(on.clock.pending).to.equal(0);
  });

  it('goes on trying while nobody listens, and for refusals that pass', async () => {
    on.house.gateway.down = true;
    const providing = provide({ url: 'ws://gateway.test', tools }, on.platform);
    await on.clock.advance(10_000);
    on.house.gateway.down = false;
    let refused = 0;
    on.house.gateway.handlers['services/register'] = (_params, request, line) => {
      if (refused++ >= 2) return REGISTERED;
      line.fail(request.id, 5030, { name: 'OVERLOADED', retryable: true, retryAfterMs: 5_000 });
      return undefined;
    };
    await on.clock.advance(60_000);
    const provider = await providing;
    expect(refused).to.equal(3);
    expect(on.logged.filter((line) => line.includes('no connection to the gateway'))).to.have.length(1);
    await provider.close();
  });

  it('is as patient as it was told to be', async () => {
    on.house.gateway.down = true;
    const failed = starting({ connectTimeoutMs: 5_000 });
    await on.clock.advance(5_000);
    expect(await failed).to.include({ code: 'TIMEOUT', phase: 'connect' });
    expect(on.clock.pending).to.equal(0);
  });

  it('leaves a gateway that does not answer the registration, and dials again', async () => {
    on.house.gateway.handlers['services/register'] = () => undefined;
    const failed = starting({ connectTimeoutMs: 60_000 });
    await on.clock.advance(30_000);
    expect(on.house.gateway.lines.length).to.be.greaterThan(1);
    await on.clock.advance(30_000);
    expect(await failed).to.include({ code: 'TIMEOUT' });
  });

  it('is content with one gateway of two, and asks the other again later', async () => {
    const other = new FakeHouse();
    refuse(other, 4030, { name: 'FORBIDDEN', retryable: false });
    const transport = transportTo({ 'ws://a.test/rpc': on.house, 'ws://b.test/rpc': other });
    const provider: Provider = await provide(
      { url: ['ws://b.test', 'ws://a.test'], tools },
      { ...on.platform, transport },
    );
    const refusals: unknown[] = [];
    provider.on('refused', ({ url, cause, retryInMs }) => refusals.push([url, cause.code, retryInMs]));
    await settle();
    expect(provider.gateways.map(({ state }) => state)).to.deep.equal(['refused', 'registered']);
    await on.clock.advance(30_000);
    expect(refusals).to.deep.equal([['ws://b.test/rpc', 'FORBIDDEN', 30_000]]);
    other.gateway.handlers['services/register'] = () => REGISTERED;
    await on.clock.advance(30_000);
    expect(provider.gateways[0]?.state).to.equal('registered');
    await provider.close();
  });

  it('waits no millisecond where the gateway asks for more than a timer can hold', async () => {
    refuse(on.house, 5030, { name: 'OVERLOADED', retryable: true, retryAfterMs: 3e9 });
    const failed = starting({ connectTimeoutMs: 5_000 });
    await settle();
    expect(on.clock.waits).to.include(2_147_483_647);
    await on.clock.advance(5_000);
    expect(await failed).to.include({ code: 'TIMEOUT' });
  });

  it('that was taken in and whose rights end, tells so and asks again later', async () => {
    const provider = await provideOn(on, { tools });
    const events: unknown[] = [];
    provider.on('lost', ({ cause }) => events.push(['lost', cause.code]));
    provider.on('refused', ({ cause }) => events.push(['refused', cause.code]));
    on.house.line.drop(4403, 'may not offer its tools any more');
    await settle();
    expect(events).to.deep.equal([
      ['lost', 'FORBIDDEN'],
      ['refused', 'FORBIDDEN'],
    ]);
    await on.clock.advance(30_000);
    expect(provider.gateways[0]?.state).to.equal('registered');
    await provider.close();
    expect(on.clock.pending).to.equal(0);
  });

  it('that another of its connections replaced stays away', async () => {
    const provider = await provideOn(on, { tools });
    on.house.line.drop(4409, 'taken over');
    await on.clock.advance(120_000);
    expect(on.house.gateway.lines).to.have.length(1);
    expect(provider.gateways).to.deep.equal([]);
    await provider.close();
  });

  it('whose offer is larger than a message may be, is told so', async () => {
    const open = on.house.gateway.handlers['session/open'];
    const limits = { maxPayloadBytes: 500, maxBatch: 50, maxDepth: 64, maxArrayItems: 10_000 };
    on.house.gateway.handlers['session/open'] = (...args) => ({ ...(open?.(...args) as object), limits });
    const failed = await starting({ tools: { go: { description: 'x'.repeat(1_000), run: () => 1 } } });
    expect(failed).to.include({ code: 'TOO_LARGE' });
  });

  it('does not begin with a signal that was aborted before', async () => {
    const failed = await starting({ signal: AbortSignal.abort('no') });
    expect(failed).to.include({ code: 'CANCELLED' });
    expect(on.house.gateway.lines).to.deep.equal([]);
  });

  it('ends when its signal aborts meanwhile', async () => {
    on.house.gateway.down = true;
    const abort = new AbortController();
    const failed = starting({ signal: abort.signal });
    await on.clock.advance(1_000);
    abort.abort();
    expect(await failed).to.include({ code: 'CLOSED' });
  });
});
