import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import { useTempDir } from '../../../server/test/temp-dir.ts';
import { hashedBody } from '../../src/provide/hashed-body.ts';

const SHA256 = createHash('sha256').update('abc').digest('hex');

describe('a body whose hash is known before it is sent', () => {
  const folder = useTempDir();
  const scratch = async (): Promise<string> => folder();
  const never = new AbortController().signal;
  async function* pieces(fault?: Error): AsyncGenerator<Uint8Array> {
    yield Buffer.from('ab');
    if (fault !== undefined) throw fault;
    yield Buffer.from('c');
  }

  it('is bytes as they are', async () => {
    const bytes = Buffer.from('abc');
    const { body, sha256, release } = await hashedBody(bytes, scratch, never);
    expect([body, sha256]).to.deep.equal([bytes, SHA256]);
    await release();
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it('is a stream by way of a file, which is gone afterwards', async () => {
    const { body, sha256, release } = await hashedBody(pieces(), scratch, never);
    expect(sha256).to.equal(SHA256);
    const read: Uint8Array[] = [];
    for await (const piece of body as AsyncIterable<Uint8Array>) read.push(piece);
    expect(Buffer.concat(read).toString()).to.equal('abc');
    await release();
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it('is gone though nobody read it', async () => {
    const { body, release } = await hashedBody(pieces(), scratch, never);
    await release();
    expect(body).to.have.property('destroyed', true);
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it('is none when the stream breaks: with its own fault, and nothing left behind', async () => {
    const fault = new Error('the microphone is gone');
    expect(await rejection(hashedBody(pieces(fault), scratch, never))).to.equal(fault);
    expect(await readdir(folder())).to.deep.equal([]);
  });

  it('is not waited for when its call is over', async () => {
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      await new Promise(() => undefined);
    }
    const call = new AbortController();
    const reason = new Error('over');
    const waiting = rejection(hashedBody(stuck(), scratch, call.signal));
    while ((await readdir(folder())).length === 0) await new Promise(setImmediate);
    call.abort(reason);
    expect(await waiting).to.equal(reason);
    expect(await rejection(hashedBody(pieces(), scratch, call.signal))).to.equal(reason);
    expect(await readdir(folder())).to.deep.equal([]);
  });
});
