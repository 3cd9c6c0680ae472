import type { Tool } from '@callsheet/protocol';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ProvideOptions } from '../../src/index.ts';
import { readProvideOptions } from '../../src/provide/read-options.ts';
import { readTools } from '../../src/provide/read-tools.ts';

const run = (): number => 1;
const tools = { go: { description: 'Goes', run } };
const read = (options: object, environment: Record<string, string> = {}): ReturnType<typeof readProvideOptions> =>
  readProvideOptions({ tools, ...options } as ProvideOptions, environment);

describe('options of provide()', () => {
  for (const [option, value, sentence] of [
    ['url', 'http://a.test', 'expected ws:// or wss://'],
    ['url', [], 'option "url": give at least one address'],
    ['url', [7], 'option "url": expected an address'],
    ['listen', { port: 70_000, token: 'x' }, 'option "listen": option "port"'],
    ['listen', { token: 'x' }, 'without a port'],
    ['listen', { port: 0 }, 'without a token'],
    ['listen', { port: 0, token: '' }, 'option "token": expected a text that is not empty'],
    ['listen', { port: 0, host: '0.0.0.0', token: 'fifteen letters' }, 'at least 16 characters'],
    ['listen', { port: 0, host: '192.168.1.7', token: 'short' }, 'at least 16 characters'],
    ['auth', { type: 'password' }, 'option "auth"'],
    ['name', ' tts', 'option "name"'],
    ['name', 'a\u202eb', 'option "name"'],
    ['version', '1.2', 'option "version": expected a semantic version'],
    ['version', '1.02.3', 'option "version"'],
    ['slots', 0, 'option "slots": expected a whole number from 1 to 10000'],
    ['slots', 1.5, 'option "slots"'],
    ['tags', 'gpu', 'option "tags"'],
    ['tags', ['g p u'], 'option "tags"'],
    ['tags', Array(33).fill('a'), 'at most 32 tags'],
    ['zone', '', 'option "zone"'],
    ['weight', 0, 'option "weight": expected a number from 0.01 to 100'],
    ['metricsAddress', 'here', 'option "metricsAddress"'],
    ['followGateways', 'no', 'option "followGateways"'],
    ['signals', 1, 'option "signals"'],
    ['drainMs', -1, 'option "drainMs"'],
    ['connectTimeoutMs', 0, 'option "connectTimeoutMs"'],
    ['reconnect', { maxAttempts: 1 }, 'there is no option "maxAttempts"'],
    ['log', console.log, 'option "log"'],
    ['signal', {}, 'option "signal"'],
    ['slotz', 1, 'there is no option "slotz"'],
    ['tools', 'go', 'option "tools"'],
    ['tools', {}, 'option "tools": offer at least one'],
  ] as const) {
    it(`refuses ${option} ${JSON.stringify(value) ?? 'a function'}`, () => {
      expect(() => read({ [option]: value })).to.throw(TypeError, sentence);
    });
  }

  it('never quotes a token', () => {
    expect(() => read({ listen: { port: 0, host: '0.0.0.0', token: 'hush' } }))
      .to.throw(TypeError)
      .and.satisfy((error: Error) => !error.message.includes('hush'));
  });

  it('refuses to dial and to listen at once', () => {
    const both = { url: 'ws://a.test', listen: { port: 0, token: 'x' } };
    expect(() => read(both)).to.throw(TypeError, 'exclude each other');
  });

  it('takes address and key from the environment', () => {
    const settings = read({}, { CALLSHEET_URL: 'wss://media.test', CALLSHEET_API_KEY: 'k' });
    expect(settings).to.deep.include({ urls: ['wss://media.test/rpc'], auth: { type: 'apiKey', apiKey: 'k' } });
    expect(read({})).to.deep.include({ urls: ['ws://127.0.0.1:8081/rpc'], auth: { type: 'none' } });
  });

  it('keeps the key of the environment from whoever dials', () => {
    const settings = read({ listen: { port: 0, token: 'x' } }, { CALLSHEET_API_KEY: 'k', CALLSHEET_URL: 'ws://a' });
    expect(settings).to.deep.include({ urls: [], auth: { type: 'none' } });
    expect(settings.listen).to.include({ host: '127.0.0.1' });
  });

  it('dials an address that was given twice once', () => {
    expect(read({ url: ['ws://a.test', 'ws://a.test/rpc'] }).urls).to.deep.equal(['ws://a.test/rpc']);
  });

  it('fills in the rest', () => {
    const { facts, signals, drainMs, followGateways } = read({});
    expect(facts).to.include({ version: '1.0.0' });
    expect(facts.name).to.match(/^.{1,64}$/);
    expect(facts.slots).to.be.greaterThan(0);
    expect({ signals, drainMs, followGateways }).to.deep.equal({
      signals: true,
      drainMs: 20_000,
      followGateways: true,
    });
  });
});

describe('tools of a worker', () => {
  for (const [what, offer, sentence] of [
    ['a name no gateway takes', { 'Go-1': { description: 'x', run } }, '"Go-1": the name'],
    ['no function', { go: { description: 'x' } }, 'option "run" is missing'],
    ['no description', { go: { run } }, 'option "description" is missing'],
    ['an empty description', { go: { description: '', run } }, 'option "description"'],
    ['an option there is not', { go: { description: 'x', run, retries: 3 } }, 'there is no option "retries"'],
    ['a schema that is none', { go: { description: 'x', run, input: [] } }, 'option "input"'],
    ['a strange execution', { go: { description: 'x', run, execution: 'later' } }, 'expected call or job'],
    ['no time', { go: { description: 'x', run, timeoutMs: 0 } }, 'option "timeoutMs"'],
    ['half a millisecond', { go: { description: 'x', run, timeoutMs: 0.5 } }, 'option "timeoutMs"'],
    ['nothing', { go: null }, 'expected an object'],
    ['an array member that is none', [null], '"number 1": expected a tool'],
    ['a tool without a function', [{ name: 'go', description: 'x' }], 'option "run" is missing'],
    ['a tool with a wrong category', [{ name: 'go', description: 'x', run, category: '!' }], 'option "category"'],
    [
      'a tool twice',
      [
        { name: 'go', description: 'x', run },
        { name: 'go', description: 'x', run },
      ],
      'offered twice',
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => readTools(offer as never)).to.throw(TypeError, sentence);
    });
  }

  it('refuses a schema that is no JSON', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => readTools({ go: { description: 'x', run, input: cycle } })).to.throw(TypeError, 'written as JSON');
  });

  it('refuses more than a gateway takes', () => {
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`t${at}`, { description: 'x', run }]));
    expect(() => readTools(many)).to.throw(TypeError, '1001 of them, at most 1000');
  });

  it('whatever is given, answers tools or one clear TypeError', () => {
    fc.assert(
      fc.property(fc.anything(), (offer) => {
        try {
          for (const { row } of readTools(offer as Tool[]).values()) JSON.stringify(row);
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError);
          expect((error as Error).message).to.match(/^Cannot provide tool/);
        }
      }),
    );
  });
});
