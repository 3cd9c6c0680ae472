// Writes docs/settings.md from the declaration of the settings.
import { writeFileSync } from 'node:fs';
import { settingsDocument } from '../server/src/config/document.ts';

writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsDocument());
