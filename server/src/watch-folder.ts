import { watch } from 'node:fs';

/** Tells of every change in a folder, with the name when the system knows it; answers a function that ends it. */
export type WatchFolder = (
  folder: string,
  changed: (name: string | null) => void,
  blind: (error: unknown) => void,
) => () => void;

/** The watch of this machine. Some file systems cannot be watched, and watches can run out: then `blind` is told. */
export const watchFolder: WatchFolder = (folder, changed, blind) => {
  try {
    const watcher = watch(folder, (_event, name) => changed(name));
    watcher.on('error', blind);
    watcher.unref();
    return () => watcher.close();
  } catch (error) {
    blind(error);
    return () => {};
  }
};
