/** Longest id a worker can be asked under, its own parameter `work` included. */
export const LONGEST_ID = 64;

/**
 * Names the requests one gateway process sends to its workers. The prefix is random, so that an answer to a process that is
 * gone is never taken for an answer to this one.
 */
export class RequestIds {
  readonly #prefix: string;
  #count = 0;

  /** @param prefix random, at least 8 of A-Z a-z 0-9 _ - @throws Error for one that could not be told from others. */
  constructor(prefix: string) {
    if (!/^[\w-]{8,32}$/.test(prefix)) {
      throw new Error(`Cannot name requests with the prefix "${prefix}"; use 8 to 32 random letters, digits, - and _`);
    }
    this.#prefix = prefix;
  }

  next(): string {
    this.#count += 1;
    return `${this.#prefix}${this.#count}`;
  }
}
