import { createKey, listKeys, revokeKey } from '../auth/key-admin.ts';
import { defineCommand } from './command.ts';

const create = defineCommand({
  words: 'keys create',
  summary: 'make an API key and print it once',
  options: {
    name: { type: 'string', value: 'NAME', help: 'what people call it (unnamed)' },
    role: { type: 'string', value: 'ROLE', help: 'a role of [policy.roles] (user)' },
  },
  async run({ values: { name = 'unnamed', role = 'user' }, loaded: { config }, clock, terminal }) {
    if (!Object.hasOwn(config.policy.roles, role)) {
      const known = Object.keys(config.policy.roles).join(', ');
      throw new Error(`Cannot make a key for the role "${role}": there is none; the roles are ${known}`);
    }
    const { text } = await createKey(config.server.dataDir, { name, role }, () => clock.now());
    terminal.stdout.write(`${text}\n`);
    return 0;
  },
});

const list = defineCommand({
  words: 'keys list',
  summary: 'show the stored keys, never the keys themselves',
  async run({ loaded: { config }, terminal: { stdout } }) {
    for (const key of await listKeys(config.server.dataDir)) {
      stdout.write(`${key.kid}  ${key.status.padEnd(7)}  ${key.role.padEnd(8)}  ${key.createdAt}  ${key.name}\n`);
    }
    return 0;
  },
});

const revoke = defineCommand({
  words: 'keys revoke',
  summary: 'end a key; its connections are closed',
  operands: ['kid'],
  async run({ operands: { kid }, loaded: { config }, terminal: { stdout } }) {
    await revokeKey(config.server.dataDir, kid);
    stdout.write(`revoked ${kid}\n`);
    return 0;
  },
});

export const keyCommands = [create, list, revoke];
