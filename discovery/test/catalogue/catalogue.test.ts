import { expect } from 'chai';
import fc from 'fast-check';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { CatalogueDraft } from '../../src/catalogue/draft.ts';
import type { Match } from '../../src/catalogue/match.ts';
import type { Endpoint, Worker } from '../../src/catalogue/worker.ts';
import { refusalOf } from '../registry/introductions.ts';
import { anyWorker, catalogueOf, ids, offer, worker } from './fleet.ts';

const RANGES: Readonly<Record<string, readonly string[]>> = {
  '^1.0.0': ['1.0.0', '1.1.0'],
  '>=1.1.0': ['1.1.0', '2.0.0'],
  '2.0.0': ['2.0.0'],
  '^3': [],
};

const anyMatch: fc.Arbitrary<Match> = fc.record(
  {
    version: fc.constantFrom(...Object.keys(RANGES)),
    tags: fc.subarray(['gpu', 'eu']),
    zone: fc.constantFrom('eu-1', 'us-1'),
    schemaHash: fc.constantFrom('schema a', 'schema b'),
  },
  { requiredKeys: [] },
);

const ID = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const anyChange = fc.oneof(
  { weight: 3, arbitrary: ID.chain((id) => anyWorker(id).map((put) => ({ put, remove: undefined }))) },
  { weight: 1, arbitrary: ID.map((remove) => ({ put: undefined, remove })) },
);

/** Puts a worker in the place of what it was, or takes one out. */
function write(
  draft: CatalogueDraft,
  known: Map<string, Worker>,
  put: Worker | undefined,
  remove: string | undefined,
): void {
  const before = known.get(put?.id ?? remove ?? '');
  if (put !== undefined) {
    draft.put(put, before);
    known.set(put.id, put);
  } else if (before !== undefined) {
    draft.remove(before);
    known.delete(before.id);
  }
}

/** Everybody who fits, looked at one by one; of those the meaning most slots stand behind. */
function naiveFind(workers: readonly Worker[], tool: string, match: Match): string[] | undefined {
  const fitting = workers.flatMap((one) => {
    const offered = one.tools.find(({ name }) => name === tool);
    if (offered === undefined) return [];
    if (match.version !== undefined && !RANGES[match.version]?.includes(offered.version)) return [];
    if (match.zone !== undefined && one.facts.zone !== match.zone) return [];
    if (match.schemaHash !== undefined && offered.schemaHash !== match.schemaHash) return [];
    return match.tags?.some((tag) => !one.facts.tags.includes(tag)) ? [] : [{ one, offered }];
  });
  if (fitting.length === 0) return undefined;
  const meanings = [...new Set(fitting.map(({ offered }) => offered.schemaHash))].map((hash) => {
    const group = fitting.filter(({ offered }) => offered.schemaHash === hash);
    const available = group.filter(({ one }) => one.available).map(({ one }) => one.id);
    const slots = group.reduce((sum, { one }) => sum + (one.state === 'dead' ? 0 : one.facts.slots), 0);
    const newest =
      group
        .map(({ offered }) => offered.version)
        .sort()
        .at(-1) ?? '';
    return { hash, available, some: Number(available.length > 0), slots, newest };
  });
  meanings.sort(
    (one, other) =>
      other.some - one.some ||
      other.slots - one.slots ||
      (one.newest < other.newest ? 1 : one.newest > other.newest ? -1 : one.hash < other.hash ? -1 : 1),
  );
  return meanings[0]?.available;
}

/** All a snapshot says, as text. */
function reading(catalogue: Catalogue): string {
  const endpoint = ({ worker: { id, state, health }, tool }: Endpoint): string[] => [id, state, health, tool.version];
  const tools = [...catalogue.tools].map((name) => [
    name,
    catalogue.entry(name)?.endpoints.map(endpoint),
    catalogue.find(name)?.endpoints.map(endpoint),
    catalogue.find(name, { version: '^1.0.0' })?.endpoints.map(endpoint),
  ]);
  return JSON.stringify([catalogue.revision, catalogue.stale, tools]);
}

describe('catalogue', () => {
  it('finds what a walk over all workers would find, after any changes', () => {
    fc.assert(
      fc.property(
        fc.array(anyChange, { maxLength: 25 }),
        fc.array(anyMatch, { minLength: 1, maxLength: 4 }),
        (changes, matches) => {
          const draft = new CatalogueDraft();
          const known = new Map<string, Worker>();
          for (const [at, { put, remove }] of changes.entries()) {
            write(draft, known, put, remove);
            // Some snapshots are never asked for: what changed in between must not be lost.
            if (at % 3 > 0) continue;
            const catalogue = draft.publish(at, false);
            for (const tool of ['draw', 'sing']) {
              for (const match of [undefined, ...matches, ...matches]) {
                const found = catalogue.find(tool, match);
                const expected = naiveFind([...known.values()], tool, match ?? {});
                expect(ids(found?.endpoints)?.sort()).to.deep.equal(expected?.sort());
              }
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never changes, whatever happens afterwards', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 2, maxLength: 20 }), (changes) => {
        const draft = new CatalogueDraft();
        const known = new Map<string, Worker>();
        const snapshots: { readonly catalogue: Catalogue; readonly said: string }[] = [];
        for (const [at, { put, remove }] of changes.entries()) {
          write(draft, known, put, remove);
          const catalogue = draft.publish(at, at % 2 === 0);
          snapshots.push({ catalogue, said: reading(catalogue) });
        }
        for (const { catalogue, said } of snapshots) expect(reading(catalogue)).to.equal(said);
      }),
      { numRuns: 300 },
    );
  });

  it('cannot be changed by who reads it', () => {
    const found = catalogueOf(worker('a')).find('draw');
    const endpoints = found?.endpoints as Endpoint[];
    const everybody = catalogueOf(worker('a')).entry('draw')?.endpoints as Endpoint[];
    expect(() => endpoints.pop()).to.throw(TypeError);
    expect(() => everybody.pop()).to.throw(TypeError);
    expect(() => Object.assign(found ?? {}, { endpoints: [] })).to.throw(TypeError);
  });

  it('answers with the same object as long as nothing changed for the tool', () => {
    const draft = new CatalogueDraft();
    const drawer = worker('a');
    draft.put(drawer);
    const before = draft.publish(1, false);
    expect(draft.publish(1, false)).to.equal(before);
    draft.put(worker('b', { tools: [offer('sing')] }));
    const after = draft.publish(2, false);
    expect(after.find('draw')).to.equal(before.find('draw'));
    expect(after.find('draw', { tags: [] })).to.equal(after.find('draw', { tags: [] }));
    draft.put(worker('a', { state: 'suspect' }), drawer);
    expect(draft.publish(3, false).find('draw')).to.not.equal(before.find('draw'));
    expect(ids(before.find('draw')?.endpoints)).to.deep.equal(['a']);
  });

  it('tells a tool nobody offers from one nobody can serve now', () => {
    const catalogue = catalogueOf(worker('a', { state: 'suspect' }), worker('b', { health: 'unhealthy' }));
    expect(catalogue.find('sing')).to.equal(undefined);
    expect(catalogue.find('draw', { zone: 'mars' })).to.equal(undefined);
    expect(catalogue.find('draw')?.endpoints).to.deep.equal([]);
    expect(ids(catalogue.entry('draw')?.endpoints)).to.deep.equal(['a', 'b']);
  });

  it('changes what a tool means in the middle of a rolling update, once', () => {
    const served: (string | undefined)[] = [];
    for (let updated = 0; updated <= 10; updated++) {
      const fleet = Array.from({ length: 10 }, (_, at) =>
        worker(`w${at}`, { tools: [at < updated ? offer('draw', '2.0.0', 'schema b') : offer('draw')] }),
      );
      served.push(catalogueOf(...fleet).find('draw')?.tool.version);
    }
    expect(served).to.deep.equal([...Array(5).fill('1.0.0'), ...Array(6).fill('2.0.0')]);
  });

  it('does not change what a tool means for a moment of silence, but does when nobody else can serve it', () => {
    const newer = [offer('draw', '2.0.0', 'schema b')];
    const old = worker('old');
    const suspect = worker('suspect', { tools: newer, state: 'suspect', slots: 5 });
    expect(catalogueOf(old, suspect, worker('new', { tools: newer })).find('draw')?.tool.version).to.equal('2.0.0');
    expect(ids(catalogueOf(old, suspect).find('draw')?.endpoints)).to.deep.equal(['old']);
  });

  it('speaks of the newest version when several mean the same', () => {
    const catalogue = catalogueOf(
      worker('a'),
      worker('b', { tools: [offer('draw', '1.10.0')] }),
      worker('c', { tools: [offer('draw', '1.9.0')] }),
    );
    expect(catalogue.find('draw')?.tool.version).to.equal('1.10.0');
    expect(ids(catalogue.find('draw')?.endpoints)).to.deep.equal(['a', 'b', 'c']);
  });

  it('refuses a version range that is none', () => {
    const refused = refusalOf(() => catalogueOf(worker('a')).find('draw', { version: 'newest' }));
    expect(refused.errorName).to.equal('INVALID_PARAMS');
    expect(refused.message).to.contain('version "newest"; write a range such as');
  });

  it('remembers the answers to 64 ways of asking, so that callers cannot fill its memory', () => {
    const catalogue = catalogueOf(worker('a'));
    const first = catalogue.find('draw', { version: '1.0.0' });
    for (let at = 0; at < 63; at++) catalogue.find('draw', { version: `^${at}` });
    expect(catalogue.find('draw', { version: '1.0.0' })).to.equal(first);
    catalogue.find('draw', { version: '^63' });
    const again = catalogue.find('draw', { version: '1.0.0' });
    expect(again).to.deep.equal(first);
    expect(again).to.not.equal(first);
  });

  it('answers right though callers ask in more ways than it remembers', () => {
    const catalogue = catalogueOf(worker('a', { tags: ['gpu'] }), worker('b'));
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 200; at++) expect(catalogue.find('draw', { version: `^${at + 2}` })).to.equal(undefined);
      expect(ids(catalogue.find('draw', { tags: ['gpu'] })?.endpoints)).to.deep.equal(['a']);
    }
  });

  it('lists every tool, and says when it is stale', () => {
    const draft = new CatalogueDraft();
    draft.put(worker('a', { tools: [offer('draw'), offer('sing')] }));
    const fresh = draft.publish(1, false);
    const stale = draft.publish(2, true);
    expect([[...stale.tools], stale.size, fresh.stale, stale.stale, stale.revision]).to.deep.equal([
      ['draw', 'sing'],
      2,
      false,
      true,
      2,
    ]);
    expect(stale.find('draw')).to.equal(fresh.find('draw'));
  });
});
