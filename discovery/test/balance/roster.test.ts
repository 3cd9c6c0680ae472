import { expect } from 'chai';
import { Roster } from '../../src/balance/roster.ts';
import type { Candidate } from '../../src/balance/strategy.ts';
import { workers } from './fleet.ts';

describe('roster', () => {
  const open = () => new Roster((candidate: Candidate) => ({ candidate, adoption: 0 }));
  const ids = (entries: readonly { candidate: Candidate }[]) => entries.map(({ candidate }) => candidate.id);

  it('tells who has come, also who has come back, and counts nobody twice', () => {
    const [a, b, c] = workers(3);
    if (a === undefined || b === undefined || c === undefined) throw new Error('no workers');
    const roster = open();
    const came = [
      [a, b, a],
      [b, c],
      [c, a],
    ].map((available) => {
      const joined: { candidate: Candidate }[] = [];
      roster.adopt(available, (entry) => joined.push(entry));
      return `${ids(joined)} of ${ids(roster.members)}`;
    });
    expect(came).to.deep.equal(['a,b of a,b', 'c of b,c', 'a of c,a']);
  });

  it('remembers who has left, but does not count it in', () => {
    const [a, b] = workers(2);
    if (a === undefined || b === undefined) throw new Error('no workers');
    const roster = open();
    roster.adopt([a]);
    const entry = roster.of(a);
    if (entry === undefined) throw new Error('forgotten');
    roster.adopt([b]);
    expect([roster.of(a), roster.has(entry), roster.of(workers(1)[0] ?? a)]).to.deep.equal([entry, false, undefined]);
    roster.adopt([a]);
    expect([roster.of(a), roster.has(entry)]).to.deep.equal([entry, true]);
  });
});
