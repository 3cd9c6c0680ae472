import { type Execution, isJsonObject, type JsonObject } from '@callsheet/protocol';
import type { ToolDraft } from '../catalogue/definitions.ts';
import { Fields } from './fields.ts';
import { readVersion } from './read-facts.ts';
import { refusal } from './refusal.ts';

/** Tools of one worker. */
export const MOST_TOOLS = 1_000;

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const CATEGORY = /^[a-z][a-z0-9_-]{0,63}$/;
const ONE_DAY_MS = 86_400_000;
const ONE_MINUTE_MS = 60_000;

/**
 * Reads the tools of a registration, field by field; what their schemas hold is not looked at here. A tool without a version
 * has that of its worker.
 *
 * @throws CallError INVALID_PARAMS naming the tool and the field.
 */
export function readTools(value: unknown, workerVersion: string): readonly ToolDraft[] {
  if (!Array.isArray(value)) throw refusal('/tools', 'type', value, 'send an array of tools');
  if (value.length === 0) throw refusal('/tools', 'minItems', value, 'offer at least one tool');
  if (value.length > MOST_TOOLS) throw refusal('/tools', 'maxItems', value.length, `offer at most ${MOST_TOOLS} tools`);
  const names = new Set<string>();
  return value.map((item: unknown, at) => {
    const tool = readTool(new Fields(item, `/tools/${at}`), workerVersion);
    if (names.has(tool.name)) throw refusal(`/tools/${at}/name`, 'uniqueItems', tool.name, 'offer each tool once');
    names.add(tool.name);
    return tool;
  });
}

function readTool(fields: Fields, workerVersion: string): ToolDraft {
  const name = fields.text('name', (text) => NAME.test(text), 'use 1 to 64 of a-z, 0-9 and _, beginning with a letter');
  return {
    name,
    version: readVersion(fields, workerVersion),
    title: fields.text('title', atMost(128), 'use at most 128 characters', name),
    description: fields.text('description', atMost(8_192), 'use at most 8192 characters', ''),
    category: fields.text(
      'category',
      (text) => CATEGORY.test(text),
      'use a word such as "video" of a-z, 0-9, _ and -',
      'other',
    ),
    inputSchema: readSchema(fields, 'inputSchema'),
    // Not every server says what it answers; {} accepts everything.
    outputSchema: fields.value('outputSchema') === undefined ? {} : readSchema(fields, 'outputSchema'),
    execution: readExecution(fields),
    annotations: readAnnotations(new Fields(fields.value('annotations', {}), fields.path('annotations'))),
  };
}

function readSchema(fields: Fields, name: string): JsonObject {
  const schema = fields.value(name);
  if (!isJsonObject(schema)) throw refusal(fields.path(name), 'type', schema, 'send a JSON Schema, as an object');
  return schema;
}

function readExecution(fields: Fields): Execution {
  const execution = fields.value('execution', 'call');
  if (execution === 'call' || execution === 'job') return execution;
  throw refusal(fields.path('execution'), 'enum', execution, 'use "call" or "job"');
}

function readAnnotations(fields: Fields): ToolDraft['annotations'] {
  return {
    idempotentHint: fields.boolean('idempotentHint', false),
    readOnlyHint: fields.boolean('readOnlyHint', false),
    timeoutMs: fields.integer('timeoutMs', 1, ONE_DAY_MS, ONE_MINUTE_MS),
    ...(fields.value('cacheTtlMs') !== undefined && { cacheTtlMs: fields.integer('cacheTtlMs', 0, ONE_DAY_MS) }),
  };
}

function atMost(characters: number): (text: string) => boolean {
  return (text) => text.length <= characters;
}
