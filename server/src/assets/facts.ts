import { type AssetFacts, type AssetKind, CallError } from '@callsheet/protocol';
import { isAssetId } from './ids.ts';

const KINDS: Readonly<Record<AssetKind, true>> = { image: true, video: true, audio: true, subtitle: true, text: true };
const PROJECT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const EXTENSION = /^[a-z0-9]{1,8}$/;
/** RFC 9110 §8.3.1 with tokens only, so that a stored type can never break out of its header. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,63}(; ?[a-z0-9-]{1,32}=[A-Za-z0-9._-]{1,64})?$/;
const NUMBERS = ['width', 'height', 'duration', 'fps', 'sample_rate', 'channels'] as const;
const NAMES = [
  ...NUMBERS,
  'kind',
  'mime',
  'extension',
  'provider',
  'model',
  'params',
  'parents',
  'intermediate',
] as const;
/** Characters of JSON; the record is read at every opening. */
const MAX_FACTS_LENGTH = 262_144;

export function isProject(text: string): boolean {
  return PROJECT.test(text);
}

export function isKind(text: string): text is AssetKind {
  return Object.hasOwn(KINDS, text);
}

export function isExtension(text: string): boolean {
  return EXTENSION.test(text);
}

export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text);
}

/** @throws CallError INVALID_PARAMS: a project name becomes a folder. */
export function checkProject(project: string): void {
  if (isProject(project)) return;
  const sentence = `Cannot use the project "${project.slice(0, 80)}": use 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit`;
  throw new CallError('INVALID_PARAMS', sentence);
}

/**
 * A private copy of the facts, known fields only, exactly as the record will hold them.
 *
 * @throws CallError INVALID_PARAMS naming the field, its value and what was expected.
 */
export function readFacts(given: AssetFacts): AssetFacts {
  const facts = asJson(given);
  expect(isKind(facts.kind), facts, 'kind', Object.keys(KINDS).join(', '));
  expect(typeof facts.mime === 'string' && isMediaType(facts.mime), facts, 'mime', 'a media type such as video/mp4');
  expect(
    typeof facts.extension === 'string' && isExtension(facts.extension),
    facts,
    'extension',
    '1 to 8 of a-z 0-9, without the dot',
  );
  expect(isShortText(facts.provider), facts, 'provider', 'a name of 1 to 200 characters');
  expect(facts.model === undefined || isShortText(facts.model), facts, 'model', 'a name of 1 to 200 characters');
  for (const name of NUMBERS) {
    const value = facts[name];
    expect(value === undefined || (typeof value === 'number' && value >= 0), facts, name, 'a finite number, 0 or more');
  }
  const { parents, intermediate } = facts;
  expect(parents === undefined || (Array.isArray(parents) && parents.every(isId)), facts, 'parents', 'asset ids');
  expect(intermediate === undefined || typeof intermediate === 'boolean', facts, 'intermediate', 'true or false');
  return facts;
}

function asJson(given: AssetFacts): AssetFacts {
  let text: string;
  try {
    // The list of names also keeps out what a caller's object carries besides; nested `params` are copied whole.
    text = JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, given[name]])));
  } catch (cause) {
    throw new CallError('INVALID_PARAMS', 'Cannot store the asset: "params" is not JSON; give plain values', { cause });
  }
  if (text.length > MAX_FACTS_LENGTH) {
    const sentence = `Cannot store the asset: its facts take ${text.length} characters of JSON, ${MAX_FACTS_LENGTH} are allowed; shorten "params"`;
    throw new CallError('REQUEST_TOO_LARGE', sentence);
  }
  return JSON.parse(text);
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= 200;
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && isAssetId(value);
}

function expect(holds: boolean, facts: AssetFacts, field: keyof AssetFacts, expected: string): void {
  if (holds) return;
  const found = JSON.stringify(facts[field])?.slice(0, 80) ?? 'missing';
  throw new CallError('INVALID_PARAMS', `Cannot store the asset: "${field}" is ${found}; expected ${expected}`, {
    issues: [{ path: `/${field}`, keyword: 'asset', message: `expected ${expected}` }],
  });
}
