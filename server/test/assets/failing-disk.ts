import type { FileHandle } from 'node:fs/promises';
import { type Disk, LOCAL_DISK } from '../../src/assets/disk.ts';

/** An error as the file system throws it. */
export function errno(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}

/** A disk on which one operation always fails. */
export function diskWhere(operation: keyof Disk, code: string): Disk {
  return { ...LOCAL_DISK, [operation]: () => Promise.reject(errno(code)) };
}

/**
 * A disk whose process dies at the given step: that step and all later ones, the clean-up included, have no effect.
 * Steps are operations that change something, on the disk or through an open file.
 */
export function diskDyingAt(step: number): { disk: Disk; steps: () => number } {
  let done = 0;
  const dead = (): boolean => ++done >= step;
  const guard =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      dead() ? Promise.reject(new Error('killed')) : run(...args);
  const disk: Disk = {
    ...LOCAL_DISK,
    link: guard(LOCAL_DISK.link),
    rename: guard(LOCAL_DISK.rename),
    unlink: guard(LOCAL_DISK.unlink),
    mkdir: guard(LOCAL_DISK.mkdir) as Disk['mkdir'],
    open: guard(async (...args: Parameters<Disk['open']>) => {
      const handle = await LOCAL_DISK.open(...args);
      return guardedHandle(handle, dead);
    }),
  };
  return { disk, steps: () => done };
}

function guardedHandle(handle: FileHandle, dead: () => boolean): FileHandle {
  return new Proxy(handle, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if ((name === 'writeFile' || name === 'sync') && dead()) return Promise.reject(new Error('killed'));
        return Reflect.apply(value, target, args);
      };
    },
  });
}
