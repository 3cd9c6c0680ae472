import { readFileSync } from 'node:fs';

const description: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

/** The version of this package: what a worker says it runs. */
export const VERSION = description.version;
