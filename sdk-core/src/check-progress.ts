import type { ProgressReport } from '@callsheet/protocol';
import { type OptionRules, objectOf, rule, text } from './option-rules.ts';

const number = /* @__PURE__ */ rule('a number from 0 to 1', (value) => typeof value === 'number');

const RULES: OptionRules<ProgressReport> = {
  stage: text,
  fraction: number,
  stageFraction: number,
  message: /* @__PURE__ */ rule('a text', (value) => typeof value === 'string'),
};

/**
 * Checks what a tool passes to `ctx.progress`. Numbers out of bounds pass, because whoever tells them on brings them back.
 *
 * @throws TypeError for anything but `{ stage, fraction, stageFraction?, message? }`
 */
export function checkProgress(report: ProgressReport): void {
  const wrong = objectOf(RULES, 'stage', 'fraction')(report);
  if (wrong) throw new TypeError(`Cannot report progress: ${wrong}; say progress({ stage: 'render', fraction: 0.5 })`);
}
