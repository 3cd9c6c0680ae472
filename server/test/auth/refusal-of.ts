import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';

/** The error a promise must be rejected with, as a name and a sentence. */
export async function refusalOf(promise: Promise<unknown>): Promise<{ readonly name: string; readonly says: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error, 'a refusal').to.be.instanceOf(CallError);
  return error instanceof CallError ? { name: error.errorName, says: error.message } : { name: '', says: '' };
}
