export type { AttemptFacts, Hosted, Interest, Route, Work } from './call/work.ts';
export type { Clock, Random } from './clock.ts';
export { type Outcome, outcomeOf } from './outcome.ts';
export type { EndpointCall, JobTicket, WorkerFacts, WorkerLink } from './worker.ts';
