import { expect } from 'chai';
import fc from 'fast-check';
import type { JobRecord } from '../../src/jobs/job-record.ts';
import { lineOf } from '../../src/jobs/line.ts';
import { WaitingJobs } from '../../src/jobs/waiting-jobs.ts';

const NONE: ReadonlySet<string> = new Set();

const job = (id: string, owner: string, tool: string, priority = 5, tags: readonly string[] = []): JobRecord => ({
  ...{ n: 1, id, tool, priority, project: 'p', status: 'queued', attempt: 0, refused: 0, lastSeq: 1, progress: 0 },
  principal: { id: owner, role: 'user', scopes: [] },
  createdAt: 0,
  terms: { role: 'user', scopes: [], trace: {}, dryRun: false, route: { tags } },
});

describe('waiting jobs', () => {
  it('leave both lines when one of them calls', () => {
    const waiting = new WaitingJobs();
    const film = job('f', 'a', 'film');
    const voice = job('v', 'a', 'voice');
    waiting.push(film, 'cpu');
    waiting.push(voice, 'network');
    waiting.takeElsewhere(film);
    expect(waiting.nextHere('cpu', NONE)).to.equal(undefined);
    waiting.takeHere(voice, 'network');
    expect(waiting.nextElsewhere(NONE)).to.equal(undefined);
    expect(waiting.size).to.equal(0);
  });

  it('do not pay in one line for what they got in another', () => {
    const waiting = new WaitingJobs();
    // Ada's voices are all made elsewhere, as fast as she asks; her film must still get its turn here.
    waiting.push(job('film of a', 'a', 'film'), 'cpu');
    for (let i = 0; i < 10; i++) waiting.push(job(`film ${i} of b`, 'b', 'film'), 'cpu');
    for (let i = 0; i < 20; i++) waiting.push(job(`voice ${i}`, 'a', 'voice'), 'cpu');
    const order: string[] = [];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const voice = waiting.nextElsewhere(new Set(['film'])) ?? expect.fail();
        waiting.takeElsewhere(voice);
      }
      const next = waiting.nextHere('cpu', new Set(['voice'])) ?? expect.fail();
      order.push(next.id);
      waiting.takeHere(next, 'cpu');
    }
    expect(order).to.deep.equal(['film of a', 'film 0 of b', 'film 1 of b']);
  });

  it('are in both lines or in none, whatever happens', () => {
    const step = fc.record({
      do: fc.constantFrom('push', 'back', 'here', 'elsewhere', 'remove' as const),
      which: fc.nat(15),
      owner: fc.constantFrom('a', 'b'),
      tool: fc.constantFrom('film', 'voice', 'text'),
      tags: fc.constantFrom([], ['gpu'], ['gpu', 'fast']),
      kind: fc.constantFrom('cpu', 'network' as const),
      priority: fc.nat(9),
      skip: fc.subarray(['film', 'voice', 'text', '["film","","gpu"]', '["film","","fast","gpu"]']),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const waiting = new WaitingJobs();
        const inside = new Map<string, JobRecord>();
        steps.forEach(({ do: what, which, owner, tool, tags, kind, priority, skip }, index) => {
          if (what === 'push' || what === 'back') {
            const one = job(`j${index}`, owner, tool, priority, tags);
            inside.set(one.id, one);
            if (what === 'push') waiting.push(one, kind);
            else waiting.putBack(one, kind);
            return;
          }
          if (what === 'remove') {
            const known = inside.get(`j${which}`);
            expect(waiting.remove(`j${which}`)).to.equal(known);
            inside.delete(`j${which}`);
            return;
          }
          const skipped = new Set(skip);
          const next = what === 'here' ? waiting.nextHere(kind, skipped) : waiting.nextElsewhere(skipped);
          const fitting = [...inside.values()].filter((one) => !skipped.has(lineOf(one)));
          if (what === 'elsewhere') {
            expect(next?.priority).to.equal(
              fitting.length === 0 ? undefined : Math.max(...fitting.map((one) => one.priority)),
            );
          }
          if (next === undefined) return;
          expect(fitting).to.include(next);
          inside.delete(next.id);
          if (what === 'here') waiting.takeHere(next, kind);
          else waiting.takeElsewhere(next);
        });
        expect(waiting.size).to.equal(inside.size);
        expect(waiting.lines).to.equal(new Set([...inside.values()].map(lineOf)).size);
        for (const id of inside.keys()) expect(waiting.position(id)).to.be.greaterThan(0);
        const left = new Set<string>();
        for (let next = waiting.nextElsewhere(NONE); next !== undefined; next = waiting.nextElsewhere(NONE)) {
          left.add(next.id);
          waiting.takeElsewhere(next);
        }
        expect(left).to.deep.equal(new Set(inside.keys()));
        expect(waiting.size).to.equal(0);
      }),
    );
  });
});
