import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { whileLocked } from '../change-lock.ts';
import { authFolder } from '../key-store.ts';
import { readIfThere, writeDurably } from '../stored-file.ts';
import { readUsers, type UserRecord, usernameOf } from './user-record.ts';

/** Inside `<dataDir>/auth`. */
export const USERS_FILE = 'users.json';

/**
 * The users, in a file that the gateway and the command line both change. It is read each time anew: a login is rare and
 * costs a third of a second anyway, and whoever is disabled is so at once.
 */
export class UserStore {
  readonly #file: string;
  readonly #lock: string;
  readonly #clock: Clock;

  constructor(dataDir: string, clock: Clock) {
    this.#file = join(authFolder(dataDir), USERS_FILE);
    this.#lock = join(authFolder(dataDir), 'lock-users');
    this.#clock = clock;
  }

  /** In the order they were made. @throws Error when the file is damaged. */
  async list(): Promise<readonly UserRecord[]> {
    const text = await readIfThere(this.#file);
    return text === undefined ? [] : readUsers(text, this.#file);
  }

  async byName(username: string): Promise<UserRecord | undefined> {
    const wanted = usernameOf(username);
    return (await this.list()).find((user) => user.username === wanted);
  }

  async byId(id: string): Promise<UserRecord | undefined> {
    return (await this.list()).find((user) => user.id === id);
  }

  /** Reads, changes and writes while nobody else does. Nothing is written when `update` throws. */
  async change(update: (users: readonly UserRecord[]) => readonly UserRecord[]): Promise<void> {
    const work = async (): Promise<void> => {
      const users = update(await this.list());
      await writeDurably(this.#file, `${JSON.stringify(users, null, 2)}\n`);
    };
    await whileLocked(this.#lock, work, { clock: this.#clock });
  }
}
