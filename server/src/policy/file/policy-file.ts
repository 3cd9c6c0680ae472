import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ConfigError, type Problem } from '../../config/problems.ts';
import type { PolicyRules } from '../rules.ts';
import type { Place } from './checks.ts';
import { checkDocument } from './document.ts';
import { rulesOfFile } from './effective-rules.ts';
import { type Following, type FollowParts, follow, markOf } from './follow.ts';
import { parseSource, printPlace } from './source-text.ts';

const MOST_BYTES = 262_144;
/** Problems of one file that are told; a file in another language has thousands. */
const MOST_TOLD = 50;

/** A policy file, YAML or TOML, laid over the settings: what it says counts, what it does not say stays as they say. */
export class PolicyFile {
  readonly path: string;
  readonly #base: PolicyRules;
  /** Of the bytes `read` saw last. */
  #mark: string | undefined;

  /**
   * @param path absolute; its end tells the language.
   * @param base the rules of the settings alone.
   */
  constructor(path: string, base: PolicyRules) {
    this.path = path;
    this.#base = base;
  }

  /**
   * The rules the file and the settings make together.
   *
   * @throws ConfigError with all that is wrong with the file, each with its line where the language tells.
   */
  async read(): Promise<PolicyRules> {
    const bytes = await this.load();
    const rules = this.understand(bytes);
    this.#mark = markOf(bytes);
    return rules;
  }

  /** Calls back with other rules whenever the file changes to something that is in order. Call after `read`. */
  follow(parts: FollowParts): Following {
    return follow(this, parts, this.#mark);
  }

  /** The bytes of the file. @throws ConfigError when it cannot be read, is no file, or is longer than 256 KiB. */
  async load(): Promise<Uint8Array> {
    try {
      // A pipe in place of the file would never open.
      const file = await open(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        if (!(await file.stat()).isFile()) throw this.#wrong([{ says: 'is not a file' }]);
        const buffer = new Uint8Array(MOST_BYTES + 1);
        let length = 0;
        for (let read = -1; read !== 0 && length < buffer.length; length += read) {
          read = (await file.read(buffer, length, buffer.length - length)).bytesRead;
        }
        if (length > MOST_BYTES) throw this.#wrong([{ says: `is longer than ${MOST_BYTES} bytes` }]);
        return buffer.subarray(0, length);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
      throw this.#wrong([{ says: `cannot be read (${code})` }]);
    }
  }

  /** The rules in the bytes of the file. @throws ConfigError */
  understand(bytes: Uint8Array): PolicyRules {
    const problems: Found[] = [];
    const source = parseSource(this.#decode(bytes), extname(this.path), (line, says) =>
      problems.push({ line: () => line, says }),
    );
    if (source === undefined) throw this.#wrong(problems);
    const say = (at: Place, says: string): undefined => {
      problems.push({ line: () => source.lineOf(at), key: printPlace(at), says });
    };
    const document = checkDocument(source.tree, say);
    const rules = rulesOfFile(document, this.#base, say);
    if (problems.length > 0) throw this.#wrong(problems);
    return rules;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw this.#wrong([{ says: 'is not UTF-8 text' }]);
    }
  }

  #wrong(found: readonly Found[]): ConfigError {
    const name = basename(this.path);
    const told = found.slice(0, MOST_TOLD).map(({ line, key = '', says }): Problem => {
      const number = line?.();
      return { source: number === undefined ? name : `${name}, line ${number}`, key, says };
    });
    const untold = found.length - told.length;
    return new ConfigError(untold > 0 ? [...told, { source: name, key: '', says: `and ${untold} more` }] : told);
  }
}

interface Found {
  /** Asked only for what is told: finding a line means walking there. */
  readonly line?: () => number | undefined;
  readonly key?: string;
  readonly says: string;
}
