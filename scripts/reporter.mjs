import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import mocha from 'mocha';

const { Spec } = mocha.reporters;

/**
 * Mocha's own summary. Then the true numbers in one plain line; or, where somebody adds them up, numbers and failures
 * in a file, as `{ passed, failed, skipped, failures: [text] }`.
 */
export default class PlainCount extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on('fail', (test, error) => {
      failures.push(`${relative('', test.file ?? '')}\n${test.fullTitle()}\n${error?.stack ?? error}`);
    });
    runner.once('end', () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      const file = process.env.CALLSHEET_TEST_COUNT;
      if (file === undefined) console.log(`\n${plainCount({ passed, failed, skipped })}`);
      else writeFileSync(file, JSON.stringify({ passed, failed, skipped, failures }));
    });
  }
}

export function plainCount({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
