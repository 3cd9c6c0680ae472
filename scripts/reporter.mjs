import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

const { Spec } = mocha.reporters;

/** Mocha's own summary, followed by one plain line with the true numbers that any reader of a log can find. */
export default class PlainCount extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const count = `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`;
      console.log(`\n${count}`);
      if (process.env.CALLSHEET_TEST_COUNT) writeFileSync(process.env.CALLSHEET_TEST_COUNT, count);
    });
  }
}
