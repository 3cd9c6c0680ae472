import type { ToolInfo } from '@callsheet/protocol';

/** A row of a catalogue. */
export function toolWith(name: string, facts: Partial<ToolInfo> = {}): ToolInfo {
  return {
    ...{ name, title: '', description: '', category: 'test', execution: 'call' },
    ...{ inputSchema: { type: 'object', additionalProperties: false }, outputSchema: {} },
    annotations: { idempotentHint: false, readOnlyHint: false, timeoutMs: 1_000 },
    ...facts,
  };
}
