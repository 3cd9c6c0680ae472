import { channel } from 'node:diagnostics_channel';
import {
  type AttemptObservation,
  CHANNELS,
  type ObservationChannel,
  type OccurrenceObservation,
} from '@callsheet/protocol';

/** Where the dispatcher tells what it does. Without a listener that costs one look. */
export const attemptStart: ObservationChannel<AttemptObservation> = channel(CHANNELS.attemptStart);
export const attemptEnd: ObservationChannel<AttemptObservation> = channel(CHANNELS.attemptEnd);
export const occurrence: ObservationChannel<OccurrenceObservation> = channel(CHANNELS.occurrence);
