import { expect } from 'chai';
import { cacheRule, callCacheRule } from '../../src/layers/cache-options.ts';
import { middlewareRule } from '../../src/layers/middleware.ts';
import { callRetryRule, retryRule } from '../../src/layers/retry-options.ts';
import { telemetryRule } from '../../src/layers/telemetry-options.ts';
import type { OptionRule } from '../../src/option-rules.ts';

const run = (): undefined => undefined;
const store = { get: run, set: run, delete: run };

const cases: [string, OptionRule, unknown[], unknown[]][] = [
  [
    'retry',
    retryRule,
    [false, {}, { maxAttempts: 1, baseMs: 0, maxMs: 5 }, { budget: { tokens: 0, ratio: 1 } }, { budget: {} }],
    [true, 3, [], { maxAttempts: 0 }, { maxAttempts: 1.5 }, { baseMs: -1 }, { budget: { ratio: 1.1 } }, { tries: 3 }],
  ],
  ['retry of a call', callRetryRule, [false, { maxAttempts: 5 }], [null, { budget: { tokens: 1 } }]],
  [
    'cache',
    cacheRule,
    [false, {}, { maxEntries: 1, maxBytes: Infinity, ttlMs: 1, staleMs: 0, store }],
    ['use', { ttlMs: 0 }, { maxEntries: 0 }, { store: null }, { store: { get: run } }, { mode: 'use' }],
  ],
  [
    'cache of a call',
    callCacheRule,
    ['use', 'refresh', 'bypass', 'only', {}, { mode: 'only', ttlMs: 5, staleMs: 5, tags: ['red'] }],
    ['never', false, null, [], { mode: 'never' }, { tags: [''] }, { tags: Array(17).fill('x') }, { store }],
  ],
  ['use', middlewareRule, [[], [run, run]], [run, {}, [run, 'x'], null]],
  [
    'telemetry',
    telemetryRule,
    [{}, { inject: run, onCall: run, onConnection: run }],
    [run, { onCall: 'x' }, { on: run }],
  ],
];

describe('the options of the layers', () => {
  for (const [name, rule, fine, wrong] of cases) {
    it(`"${name}" are checked at the door`, () => {
      for (const value of fine) expect(rule(value), JSON.stringify(value)).to.equal(undefined);
      for (const value of wrong) expect(rule(value), JSON.stringify(value)).to.match(/expected|there is no option/);
    });
  }
});
