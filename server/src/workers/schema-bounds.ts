import { CallError, isJsonObject, type Json, type JsonObject } from '@callsheet/protocol';

/** Characters of one schema as JSON. Compiling costs with the size, on the event loop everybody shares. */
const LONGEST = 65_536;
/** Their values are data, whatever it looks like. */
const DATA: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples']);
/** Their members have names, not keywords. */
const BY_NAME: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
]);

/**
 * Refuses schemas the gateway should not even begin to compile: longer than 64 KiB, or with an `$id` below their root, which
 * would make a name that schemas of other workers can be led to.
 *
 * What a schema asks of those who call is the worker's affair, a `pattern` that takes its time included: the gateway runs it on
 * the arguments of calls of that tool. The role `worker` is for machines that are trusted with this, as with the calls themselves.
 *
 * @throws CallError INVALID_PARAMS naming the tool
 */
export function boundSchemas(tools: readonly JsonObject[]): void {
  for (const { name, inputSchema, outputSchema } of tools) {
    for (const [member, schema] of Object.entries({ inputSchema, outputSchema })) {
      if (!isJsonObject(schema)) continue;
      const length = JSON.stringify(schema).length;
      if (length > LONGEST) throw refused(name, member, `it has ${length} characters; use at most ${LONGEST}`);
      if (namesBelow(schema)) throw refused(name, member, 'it has an "$id" below its root; leave it out');
    }
  }
}

/** An `$id` that is a text, in a schema: a property may well be called so. */
function namesItself(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.some(namesItself);
  return isJsonObject(schema) && (typeof schema.$id === 'string' || namesBelow(schema));
}

function namesBelow(schema: JsonObject): boolean {
  return Object.entries(schema).some(([keyword, value]) => {
    if (DATA.has(keyword)) return false;
    return BY_NAME.has(keyword) && isJsonObject(value) ? Object.values(value).some(namesItself) : namesItself(value);
  });
}

function refused(name: Json | undefined, member: string, why: string): CallError {
  return new CallError(
    'INVALID_PARAMS',
    `Cannot offer the tool "${String(name).slice(0, 64)}" with this "${member}": ${why}`,
  );
}
