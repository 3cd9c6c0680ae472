import type { Tool } from '@callsheet/protocol';
import { callback, flag, type OptionRule, objectOf, text } from '@callsheet/sdk-core/platform';
import { semanticVersion, whole } from './facts-rules.ts';
import { type ServedTool, servedTool, type ToolDefinition, type ToolOffer } from './tool-definition.ts';

const MOST_TOOLS = 1_000;
const ONE_DAY_MS = 86_400_000;
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const CATEGORY = /^[a-z][a-z0-9_-]{0,63}$/;

const atMost =
  (characters: number): OptionRule =>
  (value) =>
    typeof value === 'string' && value.length <= characters
      ? undefined
      : `expected a text of at most ${characters} characters`;

const oneOf =
  (...words: readonly string[]): OptionRule =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `expected ${words.join(' or ')}`;

const schema: OptionRule = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected a JSON Schema, an object';
  try {
    JSON.stringify(value);
    return undefined;
  } catch {
    return 'expected a JSON Schema that can be written as JSON';
  }
};

const RULES = {
  description: (value: unknown) => text(value) ?? atMost(8_192)(value),
  title: atMost(128),
  category: (value: unknown) =>
    typeof value === 'string' && CATEGORY.test(value) ? undefined : 'expected a word such as "video"',
  input: schema,
  output: schema,
  execution: oneOf('call', 'job'),
  idempotent: flag,
  readOnly: flag,
  cache: objectOf<{ ttlMs: number; scope: string }>({
    ttlMs: whole(0, ONE_DAY_MS),
    scope: oneOf('public', 'principal'),
  }),
  timeoutMs: whole(1, ONE_DAY_MS),
  version: semanticVersion,
  run: callback,
} satisfies Record<keyof Required<ToolDefinition>, OptionRule>;

const definition = objectOf<ToolDefinition>(RULES);
/** A tool of the protocol has a name of its own, and may be of a class with members we do not know. */
const knownMembers = Object.entries(RULES);

/** Checks what is offered and fills in the defaults. @throws TypeError that names the tool and its member. */
export function readTools(offer: ToolOffer): ReadonlyMap<string, ServedTool> {
  const tools = new Map<string, ServedTool>();
  for (const [name, tool] of namedTools(offer)) {
    if (!NAME.test(name)) throw wrong(name, 'the name: use 1 to 64 of a-z, 0-9 and _, beginning with a letter');
    if (tools.has(name)) throw wrong(name, 'it is offered twice');
    tools.set(name, servedTool(name, tool));
  }
  if (tools.size === 0) throw new TypeError('Cannot provide tools: option "tools": offer at least one');
  if (tools.size > MOST_TOOLS) {
    throw new TypeError(`Cannot provide tools: option "tools": ${tools.size} of them, at most ${MOST_TOOLS}`);
  }
  return tools;
}

function* namedTools(offer: unknown): Generator<readonly [string, ToolDefinition]> {
  if (typeof offer !== 'object' || offer === null) {
    throw new TypeError('Cannot provide tools: option "tools": expected an object of definitions or an array of tools');
  }
  if (!Array.isArray(offer)) {
    for (const [name, tool] of Object.entries(offer)) {
      const fault = definition(tool) ?? missing(tool);
      if (fault !== undefined) throw wrong(name, fault);
      yield [name, tool];
    }
    return;
  }
  for (const [at, tool] of offer.entries()) {
    const name = String((tool as Partial<Tool> | null)?.name ?? `number ${at + 1}`);
    const fault = typeof tool === 'object' && tool !== null ? faultOf(tool) : 'expected a tool, an object';
    if (fault !== undefined) throw wrong(name, fault);
    yield [name, tool];
  }
}

function faultOf(tool: Readonly<Record<string, unknown>>): string | undefined {
  for (const [member, rule] of knownMembers) {
    const fault = tool[member] === undefined ? undefined : rule(tool[member]);
    if (fault !== undefined) return `option "${member}": ${fault}`;
  }
  return missing(tool);
}

function missing(tool: Partial<ToolDefinition>): string | undefined {
  if (tool.run === undefined) return 'option "run" is missing; give the function that does it';
  if (tool.description === undefined) return 'option "description" is missing; say what it does';
  return undefined;
}

function wrong(tool: string, fault: string): TypeError {
  return new TypeError(`Cannot provide tool "${tool}": ${fault}`);
}
