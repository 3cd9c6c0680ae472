import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import mocha from 'mocha';

const { Spec } = mocha.reporters;

/** A test that failed may have left a program running, which would keep the run from ending. */
const PATIENCE_MS = 60_000;

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
    const tell = (count) => {
      const file = process.env.CALLSHEET_TEST_COUNT;
      if (file === undefined) console.log(`\n${plainCount(count)}`);
      else writeFileSync(file, JSON.stringify({ ...count, failures }));
    };
    runner.once('end', () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      tell({ passed, failed, skipped });
      setTimeout(() => {
        failures.push(`something the tests began is still there ${PATIENCE_MS / 1000} s after the last of them`);
        tell({ passed, failed: failed + 1, skipped });
        process.exit();
      }, PATIENCE_MS).unref();
    });
  }
}

export function plainCount({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
