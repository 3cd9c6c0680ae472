import { CallError } from '@callsheet/protocol';

const LONGEST_QUOTE = 80;

/** Says that a registration or heartbeat is written wrongly: where, by which rule, and what would be right. */
export function refusal(path: string, keyword: string, value: unknown, wish: string): CallError {
  const message = `${path === '' ? 'the whole' : `"${path}"`} is ${quote(value)}; ${wish}`;
  return new CallError('INVALID_PARAMS', `Cannot register the worker: ${message}`, {
    issues: [{ path, keyword, message: wish }],
  });
}

/** The value as JSON, cut short; its type when it has no JSON. */
function quote(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  const text = typeof value === 'string' || typeof value === 'boolean' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
