import type {
  AttemptObservation,
  ConnectionObservation,
  CredentialObservation,
  JobObservation,
  OccurrenceObservation,
  ProviderObservation,
  RequestObservation,
} from '@callsheet/protocol';

/** What each channel carries that metrics are made of. */
export interface Messages {
  requestStart: RequestObservation;
  requestEnd: RequestObservation;
  attemptStart: AttemptObservation;
  attemptEnd: AttemptObservation;
  providerEnd: ProviderObservation;
  job: JobObservation;
  connection: ConnectionObservation;
  credential: CredentialObservation;
  occurrence: OccurrenceObservation;
}

/** What one area does with the channels it listens to. */
export type Handlers = { readonly [Name in keyof Messages]?: (message: Messages[Name]) => void };
