import { parse as parseToml, TomlError } from 'smol-toml';
import type { Place } from './checks.ts';
import type { SaySource, SourceTree } from './source-tree.ts';
import { parseYamlTree } from './yaml-tree.ts';

/** Nesting a policy can need is a tenth of it. */
const DEEPEST = 32;

const LANGUAGES = new Map([
  ['.yaml', parseYamlTree],
  ['.yml', parseYamlTree],
  ['.toml', parseTomlTree],
]);

/**
 * Parses the text as the language its file name ends in.
 *
 * @returns undefined after having said why there is no tree.
 */
export function parseSource(text: string, extension: string, say: SaySource): SourceTree | undefined {
  const parse = LANGUAGES.get(extension.toLowerCase());
  if (parse === undefined) {
    say(undefined, `ends in "${extension}"; expected a name that ends in ${[...LANGUAGES.keys()].join(', ')}`);
    return undefined;
  }
  return parse(text, say, DEEPEST);
}

function parseTomlTree(text: string, say: SaySource, maxDepth: number): SourceTree | undefined {
  try {
    return { tree: parseToml(text, { unsafeKeyBehaviour: 'throw', maxDepth }), lineOf: () => undefined };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    say(error.line, reason);
    return undefined;
  }
}

/** `roles.artist.allow[2]` */
export function printPlace(at: Place): string {
  return at.map((key, index) => (typeof key === 'number' ? `[${key + 1}]` : index === 0 ? key : `.${key}`)).join('');
}
