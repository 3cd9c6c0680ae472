import { CallError, isJsonObject, type JsonObject, METHODS, type MethodRow, type Params } from '@callsheet/protocol';
import type { Check, Schemas } from '../pipeline/schemas.ts';
import type { Method } from './method.ts';

/** A method with its compiled check. */
export interface MethodEntry {
  readonly run: Method;
  readonly beforeOpening: boolean;
  /** True when the caller's right to the method is looked up before it runs; calls of tools are judged by the pipeline. */
  readonly guarded: boolean;
  /** The parameters as an object. @throws CallError INVALID_PARAMS */
  readonly read: (params: Params | undefined) => JsonObject;
}

/** Name → method. A Map, not an object: `constructor` and `__proto__` are not methods. */
export type MethodTable = ReadonlyMap<string, MethodEntry>;

/** Calls of tools: their layer asks for method and tool together. */
const JUDGED_LATER: ReadonlySet<string> = new Set(['tools/call', 'jobs/submit']);

const NO_PARAMS: JsonObject = Object.freeze({});

/**
 * Joins the rows of the protocol with the functions that serve them.
 *
 * @throws Error when a row has no function or a function no row: the table and the house must be the same.
 */
export function methodTable(
  methods: Readonly<Record<string, Method>>,
  schemas: Schemas,
  rows: Readonly<Record<string, MethodRow>> = METHODS,
): MethodTable {
  const unknown = Object.keys(methods).find((name) => !Object.hasOwn(rows, name));
  if (unknown !== undefined) throw new Error(`Cannot serve "${unknown}": the method table has no such row`);
  return new Map(
    Object.entries(rows).map(([name, row]) => {
      const run = methods[name];
      if (run === undefined) throw new Error(`Cannot serve "${name}": nothing implements it`);
      const check = schemas.compile(row.params, `the parameters of "${name}"`);
      const { beforeOpening = false } = row;
      return [
        name,
        { run, beforeOpening, guarded: !beforeOpening && !JUDGED_LATER.has(name), read: reader(name, check) },
      ];
    }),
  );
}

function reader(name: string, check: Check): (params: Params | undefined) => JsonObject {
  return (params) => {
    const given = params ?? NO_PARAMS;
    if (!isJsonObject(given)) {
      throw new CallError('INVALID_PARAMS', `Cannot read the parameters of "${name}": send them by name, as an object`);
    }
    check(given);
    return given;
  };
}
