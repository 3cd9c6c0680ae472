import { readFileSync } from 'node:fs';

const description: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The version of this package, told in every opening and in the health report. */
export const VERSION = description.version;
