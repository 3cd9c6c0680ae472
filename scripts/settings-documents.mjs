// Writes docs/settings.md and docs/limits.md from the declaration of the settings.
import { writeFileSync } from 'node:fs';
import { settingsDocument } from '../server/src/config/document.ts';
import { limitsDocument } from '../server/src/config/limits-document.ts';

writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsDocument());
writeFileSync(new URL('../docs/limits.md', import.meta.url), limitsDocument());
