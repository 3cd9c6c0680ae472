export type { Clock, Random } from './clock.ts';
export { type Outcome, outcomeOf } from './outcome.ts';
export type { EndpointCall, WorkerFacts, WorkerLink } from './worker.ts';
