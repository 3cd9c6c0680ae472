import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file to be written: its path below the folder of the export, and its text. */
export interface ExportedFile {
  readonly path: string;
  readonly text: string;
}

// Beside `src` and `dist` alike.
const FOLDER = fileURLToPath(new URL('../../dashboards/', import.meta.url));

/** The dashboards that come with the package. */
export function dashboards(): readonly ExportedFile[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return files
    .sort()
    .map((name) => ({ path: `grafana/dashboards/${name}`, text: readFileSync(join(FOLDER, name), 'utf8') }));
}
