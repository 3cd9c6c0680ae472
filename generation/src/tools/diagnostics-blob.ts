import type { Tool } from '@callsheet/protocol';
import { integer, object, string } from '../schemas/keywords.ts';

type Arguments = { readonly bytes: number };
type Blob = { readonly blob: string };

const LARGEST_BYTES = 524_288;
const PATTERN = '0123456789abcdef';

/** Answers a text of an exact size: for testing limits and back pressure. */
export function diagnosticsBlob(): Tool<Arguments, Blob> {
  return {
    name: 'diagnostics_blob',
    title: 'Blob',
    description: 'Answers a text of exactly the given size. For testing message limits and slow readers.',
    category: 'diagnostics',
    input: object(
      { bytes: integer({ minimum: 0, maximum: LARGEST_BYTES, description: 'Size of the text in bytes.' }) },
      ['bytes'],
    ),
    output: object({ blob: string() }, ['blob']),
    execution: 'call',
    idempotent: true,
    readOnly: true,
    timeoutMs: 5000,
    run: async ({ bytes }) => ({ blob: PATTERN.repeat(Math.ceil(bytes / PATTERN.length)).slice(0, bytes) }),
  };
}
