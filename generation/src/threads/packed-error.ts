import { CallError, type WireError } from '@callsheet/protocol';

/** An error on its way between threads: structured cloning alone would strip a CallError of its row in the table. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly wire?: WireError;
  readonly cause?: PackedError;
}

/** Causes beyond this depth are dropped; a chain that bites its own tail must end somewhere. */
const DEEPEST_CAUSE = 5;

export function packError(error: unknown, depth = 0): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: `A task threw "${String(error)}"` };
  const cause = error.cause;
  return {
    name: error.name,
    message: error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(CallError.is(error) && { wire: error.toWire() }),
    ...(cause !== undefined && depth < DEEPEST_CAUSE && { cause: packError(cause, depth + 1) }),
  };
}

/** Rebuilds the error, with the stack of the thread it happened in. */
export function unpackError(packed: PackedError): Error {
  const cause = packed.cause && unpackError(packed.cause);
  const error = rebuild(packed, cause);
  if (packed.stack !== undefined) error.stack = packed.stack;
  return error;
}

function rebuild({ name, message, wire }: PackedError, cause: Error | undefined): Error {
  if (wire !== undefined) {
    const { errorName, facts } = CallError.fromWire(wire);
    return new CallError(errorName, message, { ...facts, ...(cause !== undefined && { cause }) });
  }
  const error = new Error(message, cause && { cause });
  error.name = name;
  return error;
}
