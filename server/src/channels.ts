import { channel } from 'node:diagnostics_channel';
import {
  CHANNELS,
  type ConnectionObservation,
  type CredentialObservation,
  type JobObservation,
  type ObservationChannel,
  type OccurrenceObservation,
  type RequestObservation,
} from '@callsheet/protocol';

/** Where the gateway tells what it does. Who listens is nobody's business here; without a listener it costs one look. */
export const requestStart: ObservationChannel<RequestObservation> = channel(CHANNELS.requestStart);
export const requestEnd: ObservationChannel<RequestObservation> = channel(CHANNELS.requestEnd);
export const jobStep: ObservationChannel<JobObservation> = channel(CHANNELS.job);
export const connectionEvent: ObservationChannel<ConnectionObservation> = channel(CHANNELS.connection);
export const credentialShown: ObservationChannel<CredentialObservation> = channel(CHANNELS.credential);
export const occurrence: ObservationChannel<OccurrenceObservation> = channel(CHANNELS.occurrence);
