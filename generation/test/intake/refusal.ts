import { CallError, isJsonObject, type Json } from '@callsheet/protocol';

/** The error of work that must fail, and must fail with one that may be told to the caller. */
export async function refusalOf(work: Promise<unknown>): Promise<CallError> {
  const error = await work.then(
    (value) => new Error(`it was done: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!CallError.is(error)) throw error;
  return error;
}

/** The machine word in an error's details. */
export function reasonOf(error: CallError): Json | undefined {
  return isJsonObject(error.facts.details) ? error.facts.details.reason : undefined;
}
