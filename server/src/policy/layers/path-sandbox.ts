import { CallError, type JsonObject } from '@callsheet/protocol';
import type { Layer } from '../../pipeline/layer.ts';
import { isAddress } from '../paths/address.ts';
import { pathNames } from '../paths/path-names.ts';
import type { Machine } from '../paths/place.ts';
import { PATH_FAULTS, type PlainPath, printPath, readPath } from '../paths/plain-path.ts';
import { namesPaths, rewritePaths } from '../paths/rewrite-paths.ts';
import { type Objection, PathSandbox } from '../paths/sandbox.ts';
import type { Policy } from '../policy.ts';
import type { PathRules } from '../rules.ts';

/** Each path costs looks at the disk. */
const MOST_PATHS = 1000;

interface FoundPath {
  readonly path: PlainPath;
  readonly text: string;
  readonly pointer: string;
}

/**
 * Keeps the paths in the arguments within what the policy allows, else PATH_NOT_ALLOWED, or ARRAY_TOO_LARGE for more than
 * a thousand of them. Tools get the paths as they were judged, without detours: the system would take a `..` behind a
 * link elsewhere. Addresses (`asset:…`, `https:…`) pass as they are; a call without paths costs a look at its names.
 *
 * @param machine where relative paths count from, and where links are followed.
 */
export function pathSandbox(policy: Policy, machine: Machine): Layer {
  const kindOf = pathNames();
  let rules: PathRules | undefined;
  let sandbox: PathSandbox;
  const inForce = (): PathSandbox => {
    if (rules !== policy.rules.paths) {
      sandbox = new PathSandbox(policy.rules.paths, machine);
      rules = policy.rules.paths;
    }
    return sandbox;
  };
  const read = (given: JsonObject, judge: PathSandbox): { args: JsonObject; found: readonly FoundPath[] } => {
    const found: FoundPath[] = [];
    const visit = (text: string, pointer: () => string): string => {
      if (isAddress(text)) return text;
      const path = readPath(text);
      if (typeof path === 'string') throw refused({ text, pointer: pointer() }, PATH_FAULTS[path]);
      const objection = judge.judge(path);
      if (objection !== undefined) throw refused({ text, pointer: pointer() }, objection);
      if (found.push({ path, text, pointer: pointer() }) > MOST_PATHS) throw tooMany();
      return text === '' ? text : printPath(path);
    };
    return { args: rewritePaths(given, { kindOf, visit }), found };
  };
  return (next) => (call) => {
    try {
      if (!namesPaths(call.args, kindOf)) return next(call);
      const judge = inForce();
      const { args, found } = read(call.args, judge);
      if (found.length === 0) return next(call);
      return judge.judgePlaces(found).then((refusal) => {
        if (refusal !== undefined) throw refused(refusal.found, refusal.objection);
        return next(args === call.args ? call : { ...call, args });
      });
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

function refused({ text, pointer }: Pick<FoundPath, 'text' | 'pointer'>, objection: Objection): CallError {
  const path = text.slice(0, 200);
  const sentence = `Cannot use the path ${JSON.stringify(path)} at "${pointer}": ${objection}`;
  return new CallError('PATH_NOT_ALLOWED', sentence, { details: { pointer, path } });
}

function tooMany(): CallError {
  return new CallError('ARRAY_TOO_LARGE', `Cannot use more than ${MOST_PATHS} paths in one call; send them in parts`);
}
