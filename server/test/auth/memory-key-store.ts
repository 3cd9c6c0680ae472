import { createSecretKey } from 'node:crypto';
import type { KeyRecord } from '../../src/auth/key-record.ts';
import type { KeyChange, KeyStore } from '../../src/auth/key-store.ts';

/** A key store without a disk, for tests of what is done with keys. */
export class MemoryKeyStore implements KeyStore {
  readonly pepper = createSecretKey(Buffer.alloc(32, 1));
  readonly linkKey = createSecretKey(Buffer.alloc(32, 2));
  records: readonly KeyRecord[] = [];

  async read(): Promise<readonly KeyRecord[]> {
    return this.records;
  }

  async change<T>(update: (records: readonly KeyRecord[]) => KeyChange<T>): Promise<T> {
    const { records, answer } = update(this.records);
    this.records = records;
    return answer;
  }
}
