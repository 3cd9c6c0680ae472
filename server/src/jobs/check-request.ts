import { CallError } from '@callsheet/protocol';
import type { JobRequest } from './ledger.ts';

/** Also the name of a folder, so nothing that could leave it. */
const PROJECT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MAX_KEY_LENGTH = 128;

/** Refuses a request that could not be kept as it is. Throws INVALID_PARAMS. */
export function checkJobRequest({ project, priority = 5, timeoutMs = 1, idempotencyKey = 'none' }: JobRequest): void {
  if (!PROJECT.test(project)) {
    throw invalid(`the project "${project.slice(0, 64)}" is not 1 to 64 letters, digits, dots, dashes or underscores`);
  }
  if (!Number.isInteger(priority) || priority < 0 || priority > 9) {
    throw invalid(`the priority ${priority} is not a whole number from 0 to 9`);
  }
  if (!(timeoutMs > 0)) throw invalid(`the time limit of ${timeoutMs} ms is not above 0`);
  if (idempotencyKey.length === 0 || idempotencyKey.length > MAX_KEY_LENGTH) {
    throw invalid(`the idempotency key has ${idempotencyKey.length} characters; use 1 to ${MAX_KEY_LENGTH}`);
  }
}

function invalid(why: string): CallError {
  return new CallError('INVALID_PARAMS', `Cannot queue the job: ${why}`);
}
