import { ERRORS, type ErrorName } from '@callsheet/protocol';

/** Said on purpose, by a gateway that is well: what is switched off is not offered, and who goes down takes nothing on. */
const ON_PURPOSE: readonly string[] = ['NOT_IMPLEMENTED', 'DRAINING'] satisfies readonly ErrorName[];

/** The label `code` of an error: its number, or `tool_error` when the tool ran and failed. */
export function codeLabel(error: ErrorName): string {
  return error === 'TOOL_FAILED' ? 'tool_error' : String(ERRORS[error].code);
}

/**
 * Values of the label `code` for which somebody has to look after the gateway, its workers or its providers. What callers do
 * wrong (a tool there is none of, arguments that do not fit, too many calls) is no reason to wake anybody.
 */
export const FAULT_CODES: readonly string[] = Object.entries(ERRORS)
  .filter(([name, { http }]) => http >= 500 && !ON_PURPOSE.includes(name))
  .map(([name]) => codeLabel(name as ErrorName));

/** Requests that failed, and not by their callers' own doing. */
export const FAULTS = { family: 'mcp_operations_error_total', where: { code: FAULT_CODES } } as const;
