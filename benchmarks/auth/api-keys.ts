import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { makeApiKey } from '../../server/src/auth/api-key.ts';
import { hashKey, KeyRing } from '../../server/src/auth/key-ring.ts';
import { batchOf, type Contestant } from './measure.ts';

const KEYS = 1_000;

/** A key among a thousand, presented again and again: nothing is remembered from one time to the next. */
export function apiKeys(): Contestant {
  const pepper = createSecretKey(randomBytes(32));
  const keys = Array.from({ length: KEYS }, () => makeApiKey('live'));
  const createdAt = new Date().toISOString();
  const records = keys.map(({ kid, text }) => ({
    ...{ kid, hash: hashKey(text, pepper), name: kid, role: 'user', createdAt },
    status: 'active' as const,
  }));
  const ring = new KeyRing(pepper, records);
  const texts = keys.map(({ text }) => text);
  return {
    name: 'API key',
    barMicros: 10,
    prepare: () => batchOf(texts, (key) => ring.identify(key)),
    floor: {
      name: 'createHmac of the key',
      prepare: () => batchOf(texts, (key) => createHmac('sha256', pepper).update(key).digest('hex')),
    },
  };
}
