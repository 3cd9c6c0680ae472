import { createRequire } from 'node:module';
import { CallError, type Issue, type JsonObject, type JsonSchema } from '@callsheet/protocol';
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { LRUCache } from 'lru-cache';

/** Checks a value; throws the error that tells the caller what to mend. */
export type Check = (value: unknown) => void;

/**
 * Compiles JSON Schemas, each once. `ownProperties` matters: without it `{}` satisfies `required: ["constructor"]`,
 * because the prototype has one.
 */
export class Schemas {
  readonly #ajv = compiler({ strict: true, strictRequired: false, allowUnionTypes: true });

  /** @throws Error when the schema itself is wrong: a fault of its author, found at start. */
  compile(schema: JsonSchema, subject: string): Check {
    return checkOf(this.#ajv.compile(schema), subject);
  }
}

/** Draft-07, which many a tool server still writes, beside 2020-12. */
const DRAFT_07 = createRequire(import.meta.url)('ajv/dist/refs/json-schema-draft-07.json') as JsonObject;

/** Most different schemas remembered; five hundred workers with the same tools bring each once. */
const MOST = 4_096;
/** Characters of all of them together: what is compiled of a schema takes many times its length. */
const MOST_CHARACTERS = 4_194_304;

/**
 * Compiles schemas that come in at run time, from workers and other servers. They are read more leniently than our own
 * (unknown keywords and formats are annotations, as the specification has it), equal ones are compiled once however often
 * they come, and nothing is kept of those that came longest ago.
 *
 * Whoever may offer tools is trusted to say what fits them: a `pattern` that takes for ever is not looked for. What one of
 * them brings changes nothing for the others: the names a schema gives itself are forgotten when it is compiled.
 */
export class OfferedSchemas {
  // A definition that is referred to a hundred times is compiled once, not a hundred times; and to make the code shorter takes
  // longer than it ever saves.
  readonly #ajv = compiler({ strict: false, logger: false, inlineRefs: false, code: { optimize: false } });
  readonly #compiled = new LRUCache<string, ValidateFunction>({
    max: MOST,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_validate, text) => text.length,
  });
  readonly #names: readonly Restorable[];
  #charactersCompiled = 0;

  constructor() {
    this.#ajv.addMetaSchema(DRAFT_07);
    this.#names = [new Restorable(this.#ajv.schemas), new Restorable(this.#ajv.refs)];
  }

  /** Of schemas that were not known, since the start: what they cost grows with it. */
  get charactersCompiled(): number {
    return this.#charactersCompiled;
  }

  /** @throws CallError INVALID_PARAMS when the schema itself is wrong. */
  compile(schema: JsonSchema, subject: string): Check {
    const text = JSON.stringify(schema);
    const known = this.#compiled.get(text);
    if (known !== undefined) return checkOf(known, subject);
    this.#charactersCompiled += text.length;
    // One of its own, because the compiler remembers what it compiled by the object, also what it could not compile.
    const own = JSON.parse(text) as JsonObject;
    // A word of the compiler's own: the check would answer a promise, which is true whatever becomes of it.
    delete own.$async;
    try {
      const validate = this.#ajv.compile(own);
      this.#compiled.set(text, validate);
      return checkOf(validate, subject);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.slice(0, 200) : 'it cannot be read';
      throw new CallError('INVALID_PARAMS', `Cannot use the schema of ${subject}: ${why}`, { cause });
    } finally {
      this.#ajv.removeSchema(own);
      for (const names of this.#names) names.restore();
    }
  }
}

/** What a compiler knows by name, as it was: a schema may call itself what it likes, the name of a meta-schema included. */
class Restorable {
  readonly #of: Record<string, unknown>;
  readonly #original: ReadonlyMap<string, unknown>;

  constructor(of: Record<string, unknown>) {
    // A member called "__proto__" is to be one like any other.
    Object.setPrototypeOf(of, null);
    this.#of = of;
    this.#original = new Map(Object.entries(of));
  }

  restore(): void {
    for (const name of Object.keys(this.#of)) if (!this.#original.has(name)) delete this.#of[name];
    for (const [name, known] of this.#original) this.#of[name] = known;
  }
}

function compiler(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    discriminator: true,
    ownProperties: true,
    allErrors: false,
    useDefaults: false,
    ...options,
  });
  formats.default(ajv);
  return ajv;
}

function checkOf(validate: ValidateFunction, subject: string): Check {
  return (value) => {
    if (!validate(value)) throw mismatch(validate, subject);
  };
}

function mismatch(validate: ValidateFunction, subject: string): CallError {
  const issues = (validate.errors ?? []).map(toIssue);
  const first = issues[0];
  const where = first?.path ? ` at "${first.path}"` : '';
  return new CallError('INVALID_PARAMS', `Cannot accept ${subject}${where}: ${first?.message ?? 'it does not fit'}`, {
    issues,
  });
}

function toIssue(error: ErrorObject): Issue {
  const extra: unknown = error.params.additionalProperty;
  const named = typeof extra === 'string' ? ` ("${extra.slice(0, 64)}")` : '';
  return { path: error.instancePath, keyword: error.keyword, message: `${error.message ?? 'does not fit'}${named}` };
}
