import { EVERY, FOR_KEYS, OURS, type Policy, ROUND_ROBIN, TEXTBOOK } from './policies.ts';
import type { Kind, Trouble } from './trouble.ts';

/** What comes, and what goes wrong. */
export interface Traffic {
  readonly workers: number;
  /** Calls a second of all gateways together, doubled for two seconds of every twenty. */
  readonly rate: number;
  readonly troubles: readonly Trouble[];
  /** Calls have keys, few of them often. */
  readonly keys?: { readonly count: number; readonly remembered: number };
  /** Whether sockets and heartbeats tell the gateways how the workers are; false when not said. */
  readonly signals?: boolean;
}

export interface Scenario extends Traffic {
  readonly name: string;
  readonly policies: readonly Policy[];
}

export const WARM_UP_MS = 20_000;
export const MEASURED_MS = 160_000;
const TROUBLE_FROM_MS = WARM_UP_MS + 30_000;
const TROUBLE_TO_MS = TROUBLE_FROM_MS + 60_000;

const TEN = { workers: 10, rate: 220 } as const;
/** At this rate taking turns has the p99 it has in the published run the bar is from. */
const CALIBRATED = 212;
const FLAKY: Kind = { fails: 0.2 };

/** From the beginning to the end: worker 0 takes five times as long, worker 1 fails a fifth of its calls. */
const MIXED: readonly Trouble[] = [
  { workers: [0], kind: 'slow' },
  { workers: [1], kind: FLAKY },
];

/** For a minute. */
const passing = (kind: Kind, workers?: readonly number[]): readonly Trouble[] => [
  { kind, from: TROUBLE_FROM_MS, to: TROUBLE_TO_MS, ...(workers && { workers }) },
];

export const SCENARIOS = {
  mixed: { ...TEN, name: 'mixed: 1 slow, 1 fails 20 %', rate: CALIBRATED, policies: EVERY, troubles: MIXED },
  calmer: { ...TEN, name: 'mixed, 200 a second', rate: 200, policies: EVERY, troubles: MIXED },
  busier: { ...TEN, name: 'mixed, 220 a second', policies: EVERY, troubles: MIXED },
  crash: { ...TEN, name: 'crash 60 s, unnoticed', policies: EVERY, troubles: passing('crash', [0]) },
  crashSeen: {
    ...TEN,
    name: 'crash 60 s, socket closes',
    policies: [OURS],
    troubles: passing('crash', [0]),
    signals: true,
  },
  hang: { ...TEN, name: 'hang 60 s, unnoticed', policies: EVERY, troubles: passing('hang', [0]) },
  hangSeen: { ...TEN, name: 'hang 60 s, heartbeats', policies: [OURS], troubles: passing('hang', [0]), signals: true },
  failFast: { ...TEN, name: 'fail-fast 60 s', policies: EVERY, troubles: passing('fail-fast', [0]) },
  brownOut: { ...TEN, name: 'brown-out: all fail 50 %, 60 s', policies: EVERY, troubles: passing({ fails: 0.5 }) },
  three: { name: 'mixed, three workers', workers: 3, rate: 45, policies: EVERY, troubles: MIXED },
  storm: {
    ...TEN,
    name: 'every worker down from the first counted call on',
    policies: [ROUND_ROBIN, TEXTBOOK, OURS],
    troubles: [{ kind: 'crash', from: WARM_UP_MS }],
  },
  affinity: {
    ...TEN,
    name: 'affinity: 1,000 keys, 200 remembered',
    policies: FOR_KEYS,
    troubles: [],
    keys: { count: 1_000, remembered: 200 },
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
