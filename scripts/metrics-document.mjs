// Writes docs/metrics.md from the table of metrics.
import { writeFileSync } from 'node:fs';
import { metricsDocument } from '../monitoring/src/catalogue/document.ts';

writeFileSync(new URL('../docs/metrics.md', import.meta.url), metricsDocument());
