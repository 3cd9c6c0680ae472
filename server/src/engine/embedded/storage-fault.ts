import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { CallError } from '@callsheet/protocol';

/** SQLITE_FULL of sqlite.org/rescode.html. */
const SQLITE_FULL = 13;
/** SQLITE_IOERR; extended codes carry it in their low byte. */
const SQLITE_IOERR = 10;

const FULL_CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Turns what a driver throws into an error callers understand. The WebAssembly driver says "disk I/O error" for a full
 * disk as well, so `hasRoom` is asked in that case.
 */
export function explainStorageFault(error: unknown, hasRoom: () => boolean): CallError {
  if (CallError.is(error)) return error;
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
  const text = error instanceof Error ? error.message : '';
  const full = code === SQLITE_FULL || /database or disk is full/i.test(text);
  const doubtful = (code & 0xff) === SQLITE_IOERR || /disk I\/O error/i.test(text);
  if (full || (doubtful && !hasRoom())) {
    return new CallError(
      'STORAGE_FULL',
      'Cannot store this: the disk of the data directory is full; free some space and try again',
      {
        cause: error,
      },
    );
  }
  return CallError.from(error);
}

/** True when one more page fits behind the end of `file`: tried on another file, written as far out. */
export function hasRoomFor(file: string): boolean {
  const probe = `${file}.room`;
  try {
    const handle = openSync(probe, 'w', 0o600);
    try {
      writeSync(handle, Buffer.alloc(65_536), 0, 65_536, statSync(file).size);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && FULL_CODES.includes(error.code));
  } finally {
    rmSync(probe, { force: true });
  }
}
