import { writeFileSync } from 'node:fs';
import mocha from 'mocha';

const { Spec } = mocha.reporters;

/** Mocha's own summary, and the true numbers in a file where somebody adds them up, else in one plain line. */
export default class PlainCount extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const count = `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`;
      const file = process.env.CALLSHEET_TEST_COUNT;
      if (file === undefined) console.log(`\n${count}`);
      else writeFileSync(file, count);
    });
  }
}
