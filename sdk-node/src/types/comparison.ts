import {
  membersOf,
  type WrittenMember,
  type WrittenMembers,
  type WrittenType,
  type WrittenTypes,
  written,
} from './written-types.ts';

/** A part of a tool and what became of it, e.g. `input.fps` and `: 24 | 25 → 24`. */
type Note = readonly [path: string, told: string];
type Described = Pick<WrittenMember, 'type' | 'doc'>;

const OTHER_WORDS = ' (described otherwise)';
/** Beyond this, what was and what is says less than that it changed. Characters. */
const SHOWN = 48;

/** One tool in two files. A name stands for what it names, so it does not matter which types have one. */
export class Comparison {
  readonly #before: WrittenTypes;
  readonly #after: WrittenTypes;
  /** Named types and what they were compared with, or are being: a type may hold itself. */
  readonly #compared = new Map<WrittenType, Set<WrittenType>>();

  constructor(before: WrittenTypes, after: WrittenTypes) {
    this.#before = before;
    this.#after = after;
  }

  /** The parts that are not the same, each with what became of it. */
  ofTool(before: WrittenMember, after: WrittenMember): readonly string[] {
    const notes = this.#members('', membersOf(before.type), membersOf(after.type));
    const [wasJob, isJob] = [before, after].map(({ type }) => membersOf(type).has('job'));
    const parts = notes.filter(([path]) => path !== 'job' || wasJob === isJob);
    if (wasJob !== isJob) parts.push(['the tool', isJob ? ' (now a job)' : ' (no longer a job)']);
    else if (before.doc !== after.doc) parts.push(['the tool', OTHER_WORDS]);
    // The alternatives of a union may have members of one name.
    return [...new Map(parts)].map(([path, told]) => path + told);
  }

  #members(around: string, before: WrittenMembers, after: WrittenMembers): Note[] {
    const names = new Set([...after.keys(), ...before.keys()]);
    return [...names].flatMap((name): Note[] => {
      const path = around === '' ? name : `${around}.${name}`;
      const [was, is] = [before.get(name), after.get(name)];
      if (was === undefined || is === undefined) return [[path, was === undefined ? ' (new)' : ' (gone)']];
      const notes = this.#described(path, was, is);
      if (was.optional === is.optional) return notes;
      const others = notes.filter(([, told]) => told !== OTHER_WORDS);
      return others.length > 0 ? others : [[path, is.optional ? ' (now optional)' : ' (now required)']];
    });
  }

  #described(path: string, before: Described, after: Described): Note[] {
    const [was, is] = [resolved(before, this.#before), resolved(after, this.#after)];
    if (was.type !== before.type && is.type !== after.type) {
      const others = this.#compared.get(was.type) ?? new Set();
      if (others.has(is.type)) return [];
      this.#compared.set(was.type, others.add(is.type));
    }
    const notes = this.#types(path, was.type, is.type);
    return notes.length === 0 && was.doc !== is.doc ? [[path, OTHER_WORDS]] : notes;
  }

  #types(path: string, was: WrittenType, is: WrittenType): Note[] {
    if (was.kind === 'object' && is.kind === 'object') return this.#members(path, was.members, is.members);
    if ('of' in was && 'of' in is && was.kind === is.kind && was.of.length === is.of.length) {
      const notes = was.of.flatMap((type, at) =>
        this.#described(path, { type, doc: '' }, { type: is.of[at] ?? type, doc: '' }),
      );
      if (notes.every(([at, told]) => at !== path || told === OTHER_WORDS)) return notes;
    }
    const [before, after] = [written(was), written(is)];
    if (before === after) return [];
    return [[path, before.length + after.length > SHOWN ? ' (changed)' : `: ${before} → ${after}`]];
  }
}

/** What a name stands for, with what is said of it there. */
function resolved({ type, doc }: Described, { declared }: WrittenTypes): Described {
  const names = new Set<string>();
  let found: Described = { type, doc };
  while (found.type.kind === 'word' && !names.has(found.type.text)) {
    const named = declared.get(found.type.text);
    if (named === undefined) break;
    names.add(found.type.text);
    found = { type: named.type, doc: `${found.doc} ${named.doc}`.trim() };
  }
  return found;
}
