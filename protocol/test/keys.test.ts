import { readFileSync } from 'node:fs';
import { CallError, ERRORS, type ErrorName, freesKey } from '@callsheet/protocol';
import { expect } from 'chai';

const document = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');
const names = Object.keys(ERRORS) as ErrorName[];

/** What PROTOCOL.md says of each error: `free`, `kept`, and when. */
const rows = new Map(
  [...document.matchAll(/^\| ([A-Z_, ]+) \| ((?:kept|free).*) \|$/gm)].flatMap(([, listed = '', key = '']) =>
    listed.split(', ').map((name) => [name, key] as const),
  ),
);

describe('the key of a call that ended with an error', () => {
  it('has its row in PROTOCOL.md, whatever the error', () => {
    expect([...rows.keys()]).to.have.members(names);
  });

  for (const name of names) {
    it(`is what the table says: ${name}`, () => {
      const says = rows.get(name) ?? '';
      const whenIdempotent = says.includes('when the tool is idempotent') || says.startsWith('free');
      for (const retryable of says.includes('`retryable`') ? [true, false] : [undefined]) {
        const error = new CallError(name, 'an error', retryable === undefined ? {} : { retryable });
        const free = retryable ?? says.startsWith('free');
        expect(freesKey(error, false), 'once').to.equal(free);
        expect(freesKey(error, true), 'idempotent').to.equal(retryable ?? whenIdempotent);
      }
      expect(freesKey(new CallError(name, 'an error', { maybeExecuted: false }), false)).to.equal(true);
      const mayHaveRun = new CallError(name, 'an error', { maybeExecuted: true, retryable: true });
      expect([freesKey(mayHaveRun, false), freesKey(mayHaveRun, true)]).to.deep.equal([false, true]);
    });
  }
});
