import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { explainStorageFault, hasRoomFor } from '../../src/engine/embedded/storage-fault.ts';
import { useTempDir } from '../temp-dir.ts';

const roomy = () => true;
const full = () => false;
const withCode = (errcode: number) => Object.assign(new Error('fault'), { errcode });

describe('storage faults', () => {
  const directory = useTempDir();

  it('knows a full disk by its code and by its words, and keeps the cause', () => {
    const fault = new Error('database or disk is full');
    const explained = explainStorageFault(fault, roomy);
    expect(explained).to.include({ errorName: 'STORAGE_FULL', cause: fault });
    expect(explainStorageFault(withCode(13), roomy).errorName).to.equal('STORAGE_FULL');
  });

  it('takes an I/O error for a full disk only when there is no room', () => {
    expect(explainStorageFault(new Error('disk I/O error'), full).errorName).to.equal('STORAGE_FULL');
    expect(explainStorageFault(new Error('disk I/O error'), roomy).errorName).to.equal('INTERNAL');
    expect(explainStorageFault(withCode(778), full).errorName).to.equal('STORAGE_FULL');
  });

  it('does not ask for room after other faults, and passes errors of the table on', () => {
    const asked = () => {
      throw new Error('asked');
    };
    expect(explainStorageFault(new Error('UNIQUE constraint failed'), asked).errorName).to.equal('INTERNAL');
    const conflict = new CallError('CONFLICT');
    expect(explainStorageFault(conflict, asked)).to.equal(conflict);
  });

  it('finds room on a disk that has some, and leaves nothing behind', () => {
    const file = join(directory(), 'x');
    writeFileSync(file, 'data');
    expect(hasRoomFor(file)).to.equal(true);
    expect(existsSync(`${file}.room`)).to.equal(false);
  });

  it('does not take a missing file for a full disk', () => {
    expect(hasRoomFor(join(directory(), 'gone'))).to.equal(true);
  });
});
