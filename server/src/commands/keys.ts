import { createKey, type KeyView, listKeys, revokeKey, rotateKey } from '../auth/key-admin.ts';
import { type KeyStore, openKeyStore } from '../auth/key-store.ts';
import { columns } from './columns.ts';
import { type CommandContext, defineCommand, UsageError } from './command.ts';
import { rolesOf } from './roles.ts';

const HOUR_MS = 3_600_000;

const create = defineCommand({
  words: 'keys create',
  summary: 'make an API key and print it once',
  options: {
    name: { type: 'string', value: 'NAME', help: 'what people call it (unnamed)' },
    role: { type: 'string', value: 'ROLE', help: 'one of [policy.roles] or of the policy file (user)' },
    scope: {
      type: 'string',
      value: 'SCOPE',
      multiple: true,
      help: 'limits the key: tools:read, tools:call, generate_*, jobs/*',
    },
    'expires-in-days': { type: 'string', value: 'N', help: 'when it ends (never)' },
    origin: {
      type: 'string',
      value: 'URL',
      multiple: true,
      help: 'web pages that may use it, such as https://app.example.com (all)',
    },
    principal: {
      type: 'string',
      value: 'ID',
      help: 'the caller it speaks for, to be one caller with another key (a new one)',
    },
    environment: { type: 'string', value: 'live|test', help: 'what the key begins with (live)' },
  },
  async run(context) {
    const { name, role = 'user', scope, origin, principal, environment, 'expires-in-days': days } = context.values;
    const store = await storeOf(context);
    const { key } = await createKey(
      store,
      {
        ...{ name, role, scopes: scope, allowedOrigins: origin, principal, environment: environmentOf(environment) },
        expiresInDays: wholeNumber('expires-in-days', days),
      },
      { now: () => context.clock.now(), roles: await rolesOf(context.loaded.config) },
    );
    context.terminal.stdout.write(`${key}\n`);
    // Whoever is in another folder than the gateway makes keys nobody asks for.
    if (store.records.length === 0) {
      const { dataDir } = context.loaded.config.server;
      context.terminal.stderr.write(
        `This is the first key in "${dataDir}"; a gateway with another data_dir knows nothing of it\n`,
      );
    }
    return 0;
  },
});

const list = defineCommand({
  words: 'keys list',
  summary: 'show the stored keys, never the keys themselves',
  options: { json: { type: 'boolean', help: 'as JSON, for programs' } },
  async run(context) {
    const keys = await listKeys(await storeOf(context), () => context.clock.now());
    const { stdout } = context.terminal;
    stdout.write(context.values.json ? `${JSON.stringify(keys, null, 2)}\n` : columns(HEADER, keys.map(row)));
    return 0;
  },
});

const rotate = defineCommand({
  words: 'keys rotate',
  summary: 'make a key in the place of another, which stays good for a while; print the new one once',
  operands: ['kid'],
  options: { 'grace-hours': { type: 'string', value: 'N', help: 'how long the old key stays good, 0 to 2160 (24)' } },
  async run(context) {
    const hours = wholeNumber('grace-hours', context.values['grace-hours']);
    const { key, replaced } = await rotateKey(
      await storeOf(context),
      { kid: context.operands.kid, graceMs: hours === undefined ? undefined : hours * HOUR_MS },
      { now: () => context.clock.now() },
    );
    context.terminal.stdout.write(`${key}\n`);
    // Beside the key, not in its way: a script takes standard output as the key.
    context.terminal.stderr.write(`${replaced.kid} stops working at ${replaced.retiresAt}\n`);
    return 0;
  },
});

const revoke = defineCommand({
  words: 'keys revoke',
  summary: 'end a key; its connections are closed',
  operands: ['kid'],
  async run(context) {
    const { kid } = await revokeKey(await storeOf(context), context.operands.kid, () => context.clock.now());
    context.terminal.stdout.write(`revoked ${kid}\n`);
    return 0;
  },
});

export const keyCommands = [create, list, rotate, revoke];

const HEADER = ['KID', 'STATUS', 'ROLE', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED', 'NAME'];

function row({ kid, status, role, scopes, createdAt, expiresAt, retiresAt, lastUsedAt, name }: KeyView): string[] {
  // What a retiring key has left is its grace, or its own end when that comes first.
  const end = [expiresAt, retiresAt].filter((time) => time !== undefined).sort()[0];
  const times = [createdAt, end, lastUsedAt].map((time) => time?.slice(0, 16) ?? '-');
  // Older files hold names that nobody checked; a terminal would obey what is hidden in one.
  return [kid, status, role, scopes.join(',') || '-', ...times, name.replace(/\p{C}/gu, '?')];
}

function storeOf({ loaded, clock }: Pick<CommandContext, 'loaded' | 'clock'>): Promise<KeyStore> {
  return openKeyStore(loaded.config.server.dataDir, { clock });
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`Cannot read --${option} "${text}": expected a whole number`);
}

function environmentOf(text: string | undefined): 'live' | 'test' | undefined {
  if (text === undefined || text === 'live' || text === 'test') return text;
  throw new UsageError(`Cannot read --environment "${text}": expected live or test`);
}
