import { PasswordHasher } from '../auth/login/password-hasher.ts';
import { UserAdmin } from '../auth/login/user-admin.ts';
import type { UserRecord } from '../auth/login/user-record.ts';
import { UserStore } from '../auth/login/user-store.ts';
import { Revocations, rememberMs } from '../auth/tokens/revocations.ts';
import { columns } from './columns.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { readPassword } from './read-password.ts';
import { rolesOf } from './roles.ts';

const PASSWORD_STDIN = {
  type: 'boolean',
  help: 'take the first line of standard input for the password (asks when there is a keyboard)',
} as const;

const create = defineCommand({
  words: 'users create',
  summary: 'make somebody who may log in with a password',
  operands: ['name'],
  options: {
    role: { type: 'string', value: 'ROLE', help: 'one of [policy.roles] or of the policy file (user)' },
    'password-stdin': PASSWORD_STDIN,
  },
  async run(context) {
    const { role = 'user', 'password-stdin': piped } = context.values;
    const admin = await adminOf(context);
    const password = await readPassword(context.terminal, piped);
    const { id, username } = await admin.create({ username: context.operands.name, password, role });
    context.terminal.stdout.write(`made ${username} (${id})\n`);
    return 0;
  },
});

const list = defineCommand({
  words: 'users list',
  summary: 'show who may log in',
  options: { json: { type: 'boolean', help: 'as JSON, for programs' } },
  async run(context) {
    const users = (await (await adminOf(context)).list()).map(view);
    const { stdout } = context.terminal;
    if (context.values.json) stdout.write(`${JSON.stringify(users, null, 2)}\n`);
    else stdout.write(columns(HEADER, users.map(row)));
    return 0;
  },
});

const setPassword = defineCommand({
  words: 'users set-password',
  summary: 'give a user another password; every session begun with the old one ends',
  operands: ['name'],
  options: { 'password-stdin': PASSWORD_STDIN },
  async run(context) {
    const admin = await adminOf(context);
    const { username } = await admin.setPassword(
      context.operands.name,
      await readPassword(context.terminal, context.values['password-stdin']),
    );
    context.terminal.stdout.write(`${username} has a new password\n`);
    return 0;
  },
});

type Change = 'disable' | 'enable' | 'signOut';

function change(words: string, what: Change, summary: string, done: string) {
  return defineCommand({
    ...{ words, summary, operands: ['name'] },
    async run(context) {
      const { username } = await (await adminOf(context))[what](context.operands.name);
      context.terminal.stdout.write(`${username} ${done}\n`);
      return 0;
    },
  });
}

export const userCommands = [
  create,
  list,
  setPassword,
  change('users disable', 'disable', 'lock a user out; every session ends', 'is disabled'),
  change('users enable', 'enable', 'let a user in again', 'may log in again'),
  change('users sign-out', 'signOut', 'end every session of a user, who may log in again', 'is signed out'),
];

const HEADER = ['NAME', 'STATUS', 'ROLE', 'CREATED', 'CHANGED', 'ID'];

type UserView = Omit<UserRecord, 'hash'>;

function view({ hash: _hash, ...shown }: UserRecord): UserView {
  return shown;
}

function row({ username, status, role, createdAt, changedAt, id }: UserView): string[] {
  return [username, status, role, createdAt.slice(0, 16), changedAt.slice(0, 16), id];
}

async function adminOf({ loaded: { config }, clock }: Pick<CommandContext, 'loaded' | 'clock'>): Promise<UserAdmin> {
  const { dataDir } = config.server;
  const { jwtMaxLifetimeS: maxLifetimeSeconds, jwtToleranceS: toleranceSeconds } = config.auth;
  const revocations = await Revocations.open({
    ...{ dataDir, clock, rememberMs: rememberMs({ maxLifetimeSeconds, toleranceSeconds }) },
  });
  return new UserAdmin({
    ...{ users: new UserStore(dataDir, clock), hasher: new PasswordHasher(), revocations, clock },
    roles: await rolesOf(config),
  });
}
