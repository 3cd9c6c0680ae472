import type { Sections } from '../setting.ts';
import { DIAL, UPSTREAMS } from './worker-addresses.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** `[workers]` */
export const WORKERS = {
  local: {
    kind: 'flag',
    default: true,
    help: 'Serves the tools of this package itself; false: only workers that dial in or are dialled do.',
  },
  strategy: {
    kind: 'text',
    choices: ['adaptive', 'affinity', 'least-connections', 'p2c', 'round-robin', 'weighted'],
    default: 'adaptive',
    help: 'How one of several workers is chosen for a call.',
  },
  slow_start_ms: {
    kind: 'integer',
    default: 10_000,
    min: 0,
    max: HOUR_MS,
    help: 'How long the share of a new worker grows from a tenth to all of it; longer for workers that load a model.',
  },
  heartbeat_ms: {
    kind: 'integer',
    default: 5000,
    min: 100,
    max: HOUR_MS,
    help: 'How often a worker says that it is there.',
  },
  suspect_after_ms: {
    kind: 'integer',
    default: 10_000,
    min: 200,
    max: DAY_MS,
    help: 'Silence after which a worker gets no new calls. When not set, it follows heartbeat_ms and dead_after_ms.',
  },
  dead_after_ms: {
    kind: 'integer',
    default: 15_000,
    min: 300,
    max: DAY_MS,
    help: 'Silence after which nobody waits for a worker. When not set, it follows heartbeat_ms and suspect_after_ms.',
  },
  grace_ms: {
    kind: 'integer',
    default: 3000,
    min: 0,
    max: HOUR_MS,
    help: 'How long a worker whose connection is lost may come back before its calls are given up.',
  },
  forget_after_ms: {
    kind: 'integer',
    default: 600_000,
    min: 1000,
    max: 30 * DAY_MS,
    help: 'How long a dead worker stays in lists.',
  },
  keep_jobs_ms: {
    kind: 'integer',
    default: 60_000,
    min: 0,
    max: DAY_MS,
    help: 'How long a gateway that was restarted waits for the workers that ran its jobs before it queues them again.',
  },
  probe_interval_ms: {
    kind: 'integer',
    default: 10_000,
    min: 100,
    max: DAY_MS,
    help: 'Pause between two health checks of a worker. One that is well, and says so in its heartbeats, is asked every sixth time.',
  },
  probe_timeout_ms: {
    kind: 'integer',
    default: 5000,
    min: 10,
    max: HOUR_MS,
    help: 'How long a worker may take to answer one.',
  },
  failures_in_row: {
    kind: 'integer',
    default: 5,
    min: 1,
    max: 1_000_000,
    help: 'Failed calls in a row after which a worker is put out.',
  },
  ejection_ms: {
    kind: 'integer',
    default: 10_000,
    min: 1,
    max: HOUR_MS,
    help: 'How long it stays out at first; each further time is twice as long.',
  },
  longest_ejection_ms: {
    kind: 'integer',
    default: 120_000,
    min: 1,
    max: DAY_MS,
    help: 'How long it stays out at most. When not set, it is never less than ejection_ms.',
  },
  queue: {
    kind: 'integer',
    default: 100,
    min: 0,
    max: 1_000_000,
    help: 'Calls that may wait for one tool when all its workers are busy.',
  },
  queue_wait_ms: { kind: 'integer', default: 5000, min: 0, max: HOUR_MS, help: 'The longest a call waits there.' },
  retry: {
    kind: 'flag',
    default: true,
    help: 'Asks a second worker when the first failed and asking twice does no harm.',
  },
  retry_percent: {
    kind: 'integer',
    default: 20,
    min: 1,
    max: 100,
    help: 'Second attempts, in percent of all calls, before no more are made.',
  },
  hedge: {
    kind: 'flag',
    default: false,
    help: 'Asks a second worker when the first is slower than usual and asking twice does no harm.',
  },
  max_workers: {
    kind: 'integer',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    help: 'Workers known at once, dead ones that are still listed included.',
  },
  max_asset_bytes: {
    kind: 'integer',
    default: 2_147_483_648,
    min: 1024,
    max: 1_099_511_627_776,
    help: 'Largest file a worker on another machine may store.',
  },
  dial: DIAL,
  upstreams: UPSTREAMS,
} as const satisfies Sections[string];
