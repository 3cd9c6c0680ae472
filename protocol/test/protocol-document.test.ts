import { readFileSync } from 'node:fs';
import {
  CLOSE_CODES,
  DEFAULT_LIMITS,
  ERRORS,
  type ErrorRow,
  METHODS,
  MOST_EXCHANGES,
  NOTIFICATIONS,
} from '@callsheet/protocol';
import { expect } from 'chai';

const document = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');

/** The cells of the table that follows a heading cell, one array per row. */
function table(firstCell: string): string[][] {
  const lines = document.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${firstCell} |`));
  expect(head, `a table that begins with "${firstCell}"`).to.be.greaterThan(0);
  const rows: string[][] = [];
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  }
  return rows;
}

describe('PROTOCOL.md', () => {
  it('prints the error table exactly as the code has it', () => {
    const rows = table('code | name | HTTP');
    const code = Object.entries<ErrorRow>(ERRORS).map(([name, row]) => [
      String(row.code),
      name,
      String(row.http),
      row.retry,
      row.close === undefined ? '' : String(row.close),
      row.meaning,
    ]);
    expect(rows).to.deep.equal(code);
  });

  it('prints the close codes exactly as the code has them', () => {
    const code = Object.entries(CLOSE_CODES).map(([name, row]) => [String(row.code), name, row.meaning]);
    expect(table('code | name | meaning')).to.deep.equal(code);
  });

  it('prints every method with its summary, and no other', () => {
    expect(table('method')).to.deep.equal(Object.entries(METHODS).map(([name, row]) => [name, row.summary]));
  });

  it('prints every notification with its direction', () => {
    expect(table('notification')).to.deep.equal(Object.entries(NOTIFICATIONS));
  });

  it('prints the default limits', () => {
    const limits = new Map(table('limit').map(([name, value]) => [name, value]));
    expect(limits.get('message')).to.match(new RegExp(`^${DEFAULT_LIMITS.maxPayloadBytes} bytes`));
    expect(limits.get('depth')).to.equal(String(DEFAULT_LIMITS.maxDepth));
    expect(limits.get('members of a message')).to.equal(String(DEFAULT_LIMITS.maxArrayItems));
    expect(limits.get('messages of a batch or coalesced frame')).to.equal(String(DEFAULT_LIMITS.maxBatch));
    expect(limits.get('id, characters')).to.equal(String(DEFAULT_LIMITS.maxIdLength));
    expect(limits.get('method, characters')).to.equal(String(DEFAULT_LIMITS.maxMethodLength));
  });

  it('says how many exchanges a worker may tell of', () => {
    expect(document).to.match(new RegExp(`services of others, at\\s+most ${MOST_EXCHANGES}, `));
  });
});
