import { CallError, type Issue, type JsonSchema } from '@callsheet/protocol';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Checks a value; throws the error that tells the caller what to mend. */
export type Check = (value: unknown) => void;

/**
 * Compiles JSON Schemas, each once. `ownProperties` matters: without it `{}` satisfies `required: ["constructor"]`,
 * because the prototype has one.
 */
export class Schemas {
  readonly #ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: true,
    ownProperties: true,
    allErrors: false,
    useDefaults: false,
  });

  constructor() {
    formats.default(this.#ajv);
  }

  /** @throws Error when the schema itself is wrong: a fault of its author, found at start. */
  compile(schema: JsonSchema, subject: string): Check {
    const validate = this.#ajv.compile(schema);
    return (value) => {
      if (!validate(value)) throw mismatch(validate, subject);
    };
  }
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
