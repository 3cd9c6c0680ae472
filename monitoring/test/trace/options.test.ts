import { expect } from 'chai';
import { checkTracerOptions, type TracerOptions } from '../../src/trace/options.ts';
import { tracesUrl } from '../../src/trace/otlp/options.ts';

const service = { name: 'callsheet', version: '1', instanceId: 'one' };
const check = (options: Partial<TracerOptions>) => () => checkTracerOptions({ service, ...options });
const otlp = { endpoint: 'http://127.0.0.1:4318' };

describe('the options of a tracer', () => {
  it('may all be left out, but for who it is', () => {
    expect(check({})).to.not.throw();
    expect(check({ sampleRatio: 0, slowMs: 0, keep: 1, otlp })).to.not.throw();
  });

  for (const [options, words] of [
    [{ sampleRatio: 1.1 }, 'sampleRatio is "1.1"; give a number from 0 to 1'],
    [{ sampleRatio: Number.NaN }, 'sampleRatio is "NaN"'],
    [{ slowMs: -1 }, 'slowMs is "-1"'],
    [{ keep: 0 }, 'keep is "0"; give a whole number, 1 or more'],
    [{ spansPerTrace: 1.5 }, 'spansPerTrace is "1.5"'],
    [{ keptPerSecond: Infinity }, 'keptPerSecond is "Infinity"'],
    [{ followedPerSecond: 0 }, 'followedPerSecond is "0"; give a whole number, 1 or more'],
    [{ service: { ...service, name: '' } }, 'service.name is ""'],
    [{ otlp: { endpoint: 'collector' } }, 'Cannot export traces to "collector"'],
    [{ otlp: { ...otlp, maxQueue: 0 } }, 'maxQueue is 0'],
    [{ otlp: { ...otlp, timeoutMs: 0.5 } }, 'timeoutMs is 0.5'],
    [{ otlp: { ...otlp, headers: { 'a b': 'x' } } }, 'the header "a b"'],
  ] as const) {
    it(`are refused in a sentence: ${words}`, () => expect(check(options)).to.throw(TypeError, words));
  }

  it('never say what a header or an address holds that nobody may know', () => {
    const secret = 'a-secret\r\nx-other: 1';
    expect(check({ otlp: { ...otlp, headers: { authorization: secret } } }))
      .to.throw('the header "authorization"')
      .with.property('message')
      .that.does.not.contain('a-secret');
    expect(check({ otlp: { endpoint: 'http://user:a-secret@collector.test' } }))
      .to.throw('holds a user or password')
      .with.property('message')
      .that.does.not.contain('a-secret');
  });
});

describe('the address of a receiver', () => {
  for (const [endpoint, url] of [
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
    ['https://otlp.example.test/', 'https://otlp.example.test/v1/traces'],
    ['https://example.test/otlp', 'https://example.test/otlp/v1/traces'],
    ['https://example.test/v1/traces/', 'https://example.test/v1/traces'],
    ['https://example.test/otlp?key=1#part', 'https://example.test/otlp/v1/traces?key=1'],
  ] as const) {
    it(`is made of "${endpoint}"`, () => expect(tracesUrl(endpoint).href).to.equal(url));
  }
});
