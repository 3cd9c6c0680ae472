import { isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';
import { toPointer } from '../json-pointer.ts';
import type { NameKind } from './path-names.ts';

type Trail = (string | number)[];

export interface PathVisitor {
  readonly kindOf: (name: string) => NameKind;
  /** Answers what the tool gets in place of the path; throws to refuse the call. `pointer` is a JSON pointer, RFC 6901. */
  readonly visit: (text: string, pointer: () => string) => string;
}

/** True when some name in the arguments says «path». Most arguments have none, and this is all they cost. */
export function namesPaths(value: Json, kindOf: PathVisitor['kindOf']): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => namesPaths(item, kindOf));
  for (const name in value) {
    if (kindOf(name) !== 'plain' || namesPaths(value[name] ?? null, kindOf)) return true;
  }
  return false;
}

/** Shows every path in the arguments to the visitor. The arguments themselves when nothing was replaced. */
export function rewritePaths(args: JsonObject, visitor: PathVisitor): JsonObject {
  return inObject(args, 'plain', [], visitor);
}

function inObject(value: JsonObject, around: NameKind, trail: Trail, visitor: PathVisitor): JsonObject {
  let rewritten = value;
  for (const name in value) {
    const member = value[name];
    if (member === undefined || !Object.hasOwn(value, name)) continue;
    const kind = around === 'paths' ? 'paths' : visitor.kindOf(name);
    trail.push(name);
    const next = inValue(member, kind, trail, visitor);
    trail.pop();
    if (next === member) continue;
    if (rewritten === value) rewritten = { ...value };
    rewritten[name] = next;
  }
  return rewritten;
}

function inValue(value: Json, kind: NameKind, trail: Trail, visitor: PathVisitor): Json {
  if (typeof value === 'string') return kind === 'plain' ? value : visitor.visit(value, () => toPointer(trail));
  if (Array.isArray(value)) return inArray(value, kind, trail, visitor);
  // One path is no object: an object under such a name speaks for itself, name by name.
  return isJsonObject(value) ? inObject(value, kind === 'paths' ? 'paths' : 'plain', trail, visitor) : value;
}

function inArray(value: Json[], kind: NameKind, trail: Trail, visitor: PathVisitor): Json[] {
  let rewritten = value;
  for (const [index, item] of value.entries()) {
    trail.push(index);
    const next = inValue(item, kind, trail, visitor);
    trail.pop();
    if (next === item) continue;
    if (rewritten === value) rewritten = [...value];
    rewritten[index] = next;
  }
  return rewritten;
}
