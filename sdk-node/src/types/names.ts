import { quoted } from './type-node.ts';

/** The names a file of types gives, each once. */
export class TypeNames {
  readonly #taken = new Set<string>();

  constructor(taken: readonly string[]) {
    for (const name of taken) this.#taken.add(name);
  }

  /** `wish`, or the first of `wish2`, `wish3` … that is free. */
  claim(wish: string): string {
    let name = wish;
    for (let at = 2; this.#taken.has(name); at++) name = `${wish}${at}`;
    this.#taken.add(name);
    return name;
  }
}

/** `create_video` → `CreateVideo`: a name for a type; letters that are none in ASCII are left out. */
export function pascalCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** A member's name as it is written in a type. */
export function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}
