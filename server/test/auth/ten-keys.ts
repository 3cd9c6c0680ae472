import { createKey } from '../../src/auth/key-admin.ts';
import { openKeyStore } from '../../src/auth/key-store.ts';

/** A process of its own that makes ten keys in the folder it is given, and prints them. */
async function main([dataDir = '']: readonly string[]): Promise<void> {
  const store = await openKeyStore(dataDir, { patienceMs: 60_000 });
  for (let made = 0; made < 10; made++) {
    const { key } = await createKey(store, { role: 'user' }, { now: Date.now, roles: ['user'] });
    process.stdout.write(`${key}\n`);
  }
}

void main(process.argv.slice(2));
