import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Revocations } from '../tokens/revocations.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-rules.ts';
import { checkUsername, type UserRecord, usernameOf } from './user-record.ts';
import type { UserStore } from './user-store.ts';

export interface UserAdminParts {
  readonly users: UserStore;
  readonly hasher: PasswordHasher;
  readonly revocations: Pick<Revocations, 'revokeSubject'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Roles somebody described. */
  readonly roles: readonly string[];
  readonly random?: (bytes: number) => Uint8Array;
}

export interface UserWish {
  readonly username: string;
  readonly password: string;
  readonly role: string;
}

/**
 * Makes and changes users. There is none until one is made: no default name, no default password.
 *
 * Whatever ends a session is written first to the users, so that no new token is issued, and then to the revocations, so
 * that those there are end.
 */
export class UserAdmin {
  readonly #parts: UserAdminParts;

  constructor(parts: UserAdminParts) {
    this.#parts = parts;
  }

  list(): Promise<readonly UserRecord[]> {
    return this.#parts.users.list();
  }

  /** @throws Error for a taken or odd name, a weak password, or a role nobody described. */
  async create(wish: UserWish): Promise<UserRecord> {
    const { users, hasher, clock, roles, random = randomBytes } = this.#parts;
    const username = usernameOf(wish.username);
    checkUsername(username);
    if (!roles.includes(wish.role)) {
      const known = roles.join(', ');
      throw new Error(`Cannot make a user with the role "${wish.role}": there is none; the roles are ${known}`);
    }
    checkPassword(wish.password, username);
    const hash = await hasher.hash(wish.password);
    const createdAt = new Date(clock.now()).toISOString();
    const id = `usr_${Buffer.from(random(16)).toString('base64url')}`;
    const user: UserRecord = {
      ...{ id, username, hash, role: wish.role },
      ...{ status: 'active', createdAt, changedAt: createdAt },
    };
    await users.change((known) => {
      if (known.some((other) => other.username === username)) {
        throw new Error(`Cannot make the user "${username}": there is one of this name; see "users list"`);
      }
      return [...known, user];
    });
    return user;
  }

  /** Gives a user another password and ends every session begun with the old one. @throws Error as `create` does. */
  async setPassword(username: string, password: string): Promise<UserRecord> {
    checkPassword(password, usernameOf(username));
    const hash = await this.#parts.hasher.hash(password);
    return this.#end(username, () => ({ hash }));
  }

  /** Locks a user out and ends every session. @throws Error when there is none of this name. */
  disable(username: string): Promise<UserRecord> {
    return this.#end(username, () => ({ status: 'disabled' }));
  }

  /** Lets a user in again. What ended stays ended. @throws Error when there is none of this name. */
  enable(username: string): Promise<UserRecord> {
    return this.#end(username, () => ({ status: 'active' }));
  }

  /** Ends every session of a user; a new login is welcome. @throws Error when there is none of this name. */
  signOut(username: string): Promise<UserRecord> {
    return this.#end(username, () => ({}));
  }

  async #end(name: string, change: () => Partial<UserRecord>): Promise<UserRecord> {
    const { users, revocations, clock } = this.#parts;
    const username = usernameOf(name);
    let changed: UserRecord | undefined;
    await users.change((known) => {
      const before = known.find((user) => user.username === username);
      if (before === undefined) {
        throw new Error(`Cannot change the user "${username}": there is none; see "users list"`);
      }
      // Later than any change before, so that what was begun in between is covered even within one millisecond.
      const changedAt = Math.max(clock.now(), Date.parse(before.changedAt) + 1);
      const after = { ...before, ...change(), changedAt: new Date(changedAt).toISOString() };
      changed = after;
      return known.map((user) => (user === before ? after : user));
    });
    if (changed === undefined) throw new Error(`Cannot change the user "${username}": the change was not made`);
    await revocations.revokeSubject(changed.id, Date.parse(changed.changedAt));
    return changed;
  }
}
