import type { OptionRule } from '@callsheet/sdk-core/platform';

// What a registry takes, so that a slip is found before anybody is dialled.

const VERSION =
  /^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z.-]+)?$/;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:=/-]{0,63}$/;
/** A control or formatting character could redraw the line it is shown in. */
const PRINTABLE = /^[^\p{C}]{1,64}$/u;
const HOST_AND_PORT = /^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):\d{1,5}$/;
const MOST_TAGS = 32;

const matching =
  (pattern: RegExp, wish: string): OptionRule =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `expected ${wish}, got ${quote(value)}`;

const version = matching(VERSION, 'a semantic version such as "1.4.0"');

export const semanticVersion: OptionRule = (value) =>
  typeof value === 'string' && value.length > 128 ? 'expected at most 128 characters' : version(value);
export const hostAndPort = matching(HOST_AND_PORT, 'a host and a port such as "gpu-7.example.org:9464"');
export const label = matching(LABEL, '1 to 64 letters, digits and ._:=/-, beginning with a letter or digit');

export const workerName: OptionRule = (value) =>
  typeof value === 'string' && PRINTABLE.test(value) && value.trim() === value
    ? undefined
    : `expected 1 to 64 printable characters, none of them a space at either end, got ${quote(value)}`;

export const tagList: OptionRule = (value) => {
  if (!Array.isArray(value) || value.length > MOST_TAGS) return `expected an array of at most ${MOST_TAGS} tags`;
  return value.map(label).find((fault) => fault !== undefined);
};

/** A whole number within the bounds. */
export function whole(least: number, most: number): OptionRule {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `expected a whole number from ${least} to ${most}, got ${quote(value)}`;
}

/** Any number within the bounds. */
export function within(least: number, most: number): OptionRule {
  return (value) =>
    typeof value === 'number' && value >= least && value <= most
      ? undefined
      : `expected a number from ${least} to ${most}, got ${quote(value)}`;
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 80)}"` : typeof value === 'number' ? `${value}` : typeof value;
}
