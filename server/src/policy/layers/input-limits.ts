import { CallError, isJsonObject, type Json } from '@callsheet/protocol';
import type { Layer, ToolCall } from '../../pipeline/layer.ts';
import { toPointer } from '../json-pointer.ts';
import type { Policy } from '../policy.ts';
import type { InputRules } from '../rules.ts';

/**
 * Holds the arguments of a tool to the bounds of the policy: REQUEST_TOO_LARGE for their length as JSON in UTF-8,
 * ARRAY_TOO_LARGE for any one array in them. Costs a look at two members while there are no bounds.
 */
export function inputLimits(policy: Policy): Layer {
  return (next) => (call) => {
    const refused = tooLarge(policy.rules.input, call);
    return refused === undefined ? next(call) : Promise.reject(refused);
  };
}

function tooLarge({ requestSizeBytes, arrayItemsMax }: InputRules, { args, tool }: ToolCall): CallError | undefined {
  if (requestSizeBytes !== undefined) {
    const bytes = Buffer.byteLength(JSON.stringify(args));
    if (bytes > requestSizeBytes) {
      const sentence = `Cannot call "${tool.name}" with arguments of ${bytes} bytes: the policy allows ${requestSizeBytes}; send less, or store it as an asset`;
      return new CallError('REQUEST_TOO_LARGE', sentence, { details: { bytes, maxBytes: requestSizeBytes } });
    }
  }
  const long = arrayItemsMax === undefined ? undefined : longArray(args, arrayItemsMax);
  if (long === undefined) return undefined;
  const { pointer, items } = long;
  const sentence = `Cannot call "${tool.name}": the list at "${pointer}" has ${items} items, and the policy allows ${arrayItemsMax}; send it in parts`;
  return new CallError('ARRAY_TOO_LARGE', sentence, { details: { pointer, items, maxItems: arrayItemsMax ?? 0 } });
}

/** The first array with more items, found outside in; `pointer` is a JSON pointer. */
function longArray(value: Json, most: number): { readonly pointer: string; readonly items: number } | undefined {
  if (Array.isArray(value) && value.length > most) return { pointer: '', items: value.length };
  if (!Array.isArray(value) && !isJsonObject(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = longArray(member, most);
    if (found !== undefined) return { ...found, pointer: toPointer([key]) + found.pointer };
  }
  return undefined;
}
