import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asset } from '@callsheet/protocol';
import { expect } from 'chai';
import { type Disk, LOCAL_DISK } from '../../src/assets/disk.ts';
import { ADMIN, ANN, BOB, filesBelow, type House, openHouse, readAll, refusalOf, START, VIDEO } from './house.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}

describe('AssetStore', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.remove());

  const blobOf = (asset: Asset): string => join(house.root, '.blobs/sha256', asset.sha256.slice(0, 2), asset.sha256);
  const mediaOf = (asset: Asset): string =>
    join(house.root, asset.project, asset.kind, `${asset.asset_id}.${asset.extension}`);

  it('stores a stream and answers the finished record', async () => {
    const parents = [`ast_${'0'.repeat(25)}`];
    const facts = { ...VIDEO, width: 1080, height: 1920, duration: 2.5, params: { seed: 7 }, parents };
    const port = house.store.for({ principal: ANN, project: 'spring', jobId: 'job_1' });
    const { url, asset_id, ...rest } = await port.put(chunks('moving ', 'pictures'), facts);
    expect(rest).to.deep.equal({
      ...facts,
      project: 'spring',
      job_id: 'job_1',
      sha256: createHash('sha256').update('moving pictures').digest('hex'),
      bytes: 15,
      created_at: new Date(START).toISOString(),
    });
    expect(url).to.match(new RegExp(`^http://gate\\.test/assets/spring/video/${asset_id}\\.mp4\\?exp=\\d+&sig=`));
  });

  it('opens what was stored, by id and by asset:id, also after a restart', async () => {
    const asset = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    const again = (await house.reopen()).for({ principal: ANN, project: 'other' });
    for (const ref of [asset.asset_id, `asset:${asset.asset_id}`]) {
      const opened = await again.open(ref);
      expect(opened.asset).to.deep.equal(asset);
      expect(await readAll(opened.stream)).to.equal('hello');
    }
  });

  it('keeps the file under its visible name with the whole record beside it', async () => {
    const asset = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    expect(await readFile(mediaOf(asset), 'utf8')).to.equal('hello');
    const record: unknown = JSON.parse(await readFile(mediaOf(asset).replace(/mp4$/, 'json'), 'utf8'));
    const { url, ...facts } = asset;
    expect(record).to.deep.equal({ ...facts, owner: ANN.id });
  });

  it('keeps a JSON asset and its record apart', async () => {
    const facts = { ...VIDEO, kind: 'text', mime: 'application/json', extension: 'json' } as const;
    const asset = await house.portOf(ANN).put(bytes('{"words":[]}'), facts);
    expect(await readFile(mediaOf(asset), 'utf8')).to.equal('{"words":[]}');
    expect(await filesBelow(join(house.root, 'demo'))).to.deep.equal([
      `text/${asset.asset_id}.json`,
      `text/${asset.asset_id}.record.json`,
    ]);
  });

  it('keeps equal content once, whoever stores it and however many do at once', async () => {
    const ports = [house.portOf(ANN), house.portOf(BOB, 'bobs'), house.portOf(ANN), house.portOf(BOB)];
    const assets = await Promise.all(ports.map((port) => port.put(bytes('same'), VIDEO)));
    const inodes = await Promise.all(assets.map(async (asset) => (await stat(mediaOf(asset))).ino));
    expect(new Set(inodes).size).to.equal(1);
    expect(await filesBelow(join(house.root, '.blobs'))).to.have.length(1);
    expect(await filesBelow(join(house.root, '.tmp'))).to.deep.equal([]);
  });

  it('stores an empty file and a large array', async () => {
    const port = (await house.reopen({ maxBytes: 3_000_000 })).for({ principal: ANN, project: 'demo' });
    const large = new Uint8Array(2_500_000).fill(97);
    expect(await port.put(bytes(''), VIDEO)).to.include({ bytes: 0 });
    const asset = await port.put(large, VIDEO);
    expect(asset.sha256).to.equal(createHash('sha256').update(large).digest('hex'));
    expect(await readAll((await port.open(asset.asset_id)).stream)).to.have.length(2_500_000);
  });

  it('hides an asset from everyone but its owner and admins', async () => {
    const { asset_id } = await house.portOf(ANN).put(bytes('mine'), VIDEO);
    const bob = house.portOf(BOB);
    expect(await refusalOf(bob.open(asset_id))).to.equal('NOT_FOUND');
    expect(await refusalOf(bob.url(asset_id))).to.equal('NOT_FOUND');
    expect(await refusalOf(house.store.remove(BOB, asset_id))).to.equal('NOT_FOUND');
    const admin = house.portOf(ADMIN);
    expect(await readAll((await admin.open(asset_id)).stream)).to.equal('mine');
    expect(await admin.url(asset_id)).to.include(asset_id);
  });

  it('says the same for a foreign, an unknown and a malformed id', async () => {
    const { asset_id } = await house.portOf(ANN).put(bytes('mine'), VIDEO);
    const bob = house.portOf(BOB);
    const refs = [asset_id, `ast_${'0'.repeat(25)}`, '../../etc/passwd', ''];
    const sentences = await Promise.all(
      refs.map((ref) =>
        bob.open(ref).then(
          () => 'opened',
          (error: Error) => error.message.replace(/"[^"]*"/, '"…"'),
        ),
      ),
    );
    expect(new Set(sentences).size).to.equal(1);
    expect(sentences[0]).to.match(/^Cannot open the asset "…": /);
  });

  it('refuses a file as soon as it is too large, and leaves nothing behind', async () => {
    const before = await filesBelow(house.root);
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given++;
        yield new Uint8Array(400_000);
      }
    }
    expect(await refusalOf(house.portOf(ANN).put(endless(), VIDEO))).to.equal('REQUEST_TOO_LARGE');
    expect(given).to.equal(3);
    expect(await filesBelow(house.root)).to.deep.equal(before);
  });

  it('passes on the failure of a source, and leaves nothing behind', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes('half');
      throw new Error('the renderer died');
    }
    expect(await refusalOf(house.portOf(ANN).put(failing(), VIDEO))).to.equal('Error: the renderer died');
    const strings = chunks() as AsyncIterable<Uint8Array>;
    Object.assign(strings, { next: async () => ({ done: false, value: 'text' }) });
    expect(await refusalOf(house.portOf(ANN).put(strings, VIDEO))).to.include(
      'TypeError: Cannot store a chunk of type string',
    );
    expect(await filesBelow(house.root)).to.deep.equal([]);
  });

  it('gives up a source that never answers when the call is cancelled', async () => {
    const cancel = new AbortController();
    let returned = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          cancel.abort();
          return new Promise(() => undefined);
        },
        return: async () => {
          returned = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const port = house.store.for({ principal: ANN, project: 'demo', signal: cancel.signal });
    expect(await refusalOf(port.put(source, VIDEO))).to.equal('CANCELLED');
    expect(await refusalOf(port.put(chunks('late'), VIDEO))).to.equal('CANCELLED');
    expect(returned).to.equal(true);
    expect(await filesBelow(house.root)).to.deep.equal([]);
  });

  it('lets a stream pass whose call is not cancelled', async () => {
    const { signal } = new AbortController();
    const asset = await house.store.for({ principal: ANN, project: 'demo', signal }).put(chunks('a', 'b'), VIDEO);
    expect(asset.bytes).to.equal(2);
  });

  it('refuses facts and projects that could leave their folder', async () => {
    expect(await refusalOf(house.portOf(ANN).put(bytes('x'), { ...VIDEO, extension: '../../x' }))).to.equal(
      'INVALID_PARAMS',
    );
    expect(() => house.portOf(ANN, '..')).to.throw('Cannot use the project ".."');
  });

  it('does not write through a link planted in place of a folder', async () => {
    const outside = join(house.root, '..', 'outside');
    await mkdir(outside);
    await symlink(outside, join(house.root, 'demo'));
    expect(await refusalOf(house.portOf(ANN).put(bytes('x'), VIDEO))).to.include('links are not followed');
    expect(await filesBelow(outside)).to.deep.equal([]);
    expect(await filesBelow(join(house.root, '.tmp'))).to.deep.equal([]);
  });

  it('does not read through a link or a folder planted in place of a file', async () => {
    const asset = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    const secret = join(house.root, '..', 'secret');
    await writeFile(secret, 'hello');
    await rm(mediaOf(asset));
    await symlink(secret, mediaOf(asset));
    expect(await refusalOf(house.portOf(ANN).open(asset.asset_id))).to.equal('NOT_FOUND');
    await rm(mediaOf(asset));
    await mkdir(mediaOf(asset));
    expect(await refusalOf(house.portOf(ANN).open(asset.asset_id))).to.equal('NOT_FOUND');
  });

  it('does not wait for a pipe that nobody writes to', async () => {
    const asset = await house.portOf(ANN).put(bytes(''), VIDEO);
    await rm(mediaOf(asset));
    execFileSync('mkfifo', [mediaOf(asset)]);
    expect(await refusalOf(house.portOf(ANN).open(asset.asset_id))).to.equal('NOT_FOUND');
  });

  it('does not read through a link that appears between the look and the opening', async () => {
    const asset = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    const secret = join(house.root, '..', 'secret');
    await writeFile(secret, 'hello');
    const realpath = async (path: string): Promise<string> => {
      if (path === mediaOf(asset)) {
        await rm(path);
        await symlink(secret, path);
        return path;
      }
      return LOCAL_DISK.realpath(path);
    };
    const store = await house.reopen({ disk: { ...LOCAL_DISK, realpath: realpath as Disk['realpath'] } });
    const port = store.for({ principal: ANN, project: 'demo' });
    expect(await refusalOf(port.open(asset.asset_id))).to.equal('NOT_FOUND');
  });

  it('does not hand out a file that was cut short', async () => {
    const asset = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    await chmod(blobOf(asset), 0o600);
    await truncate(blobOf(asset), 2);
    expect(await refusalOf(house.portOf(ANN).open(asset.asset_id))).to.equal('NOT_FOUND');
    const again = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    expect(await readAll((await house.portOf(ANN).open(again.asset_id)).stream)).to.equal('hello');
  });

  it('does not follow a damaged record out of the store', async () => {
    const asset = await house.portOf(ANN).put(bytes('hello'), VIDEO);
    const path = join(house.root, '.records', asset.asset_id.slice(4, 6), `${asset.asset_id}.json`);
    const record = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const damages = [
      { project: '../..' },
      { kind: 'secrets' },
      { extension: 'x/../y' },
      { asset_id: 'x' },
      { bytes: '5' },
    ];
    for (const damage of damages) {
      await rm(path);
      await writeFile(path, JSON.stringify({ ...record, ...damage }));
      expect(await refusalOf(house.portOf(ADMIN).open(asset.asset_id))).to.include('it is damaged');
    }
  });

  it('removes an asset, but not the bytes another one shares', async () => {
    const [first, second] = [
      await house.portOf(ANN).put(bytes('same'), VIDEO),
      await house.portOf(BOB).put(bytes('same'), VIDEO),
    ];
    await house.store.remove(ANN, first.asset_id);
    expect(await refusalOf(house.portOf(ANN).open(first.asset_id))).to.equal('NOT_FOUND');
    expect(await readAll((await house.portOf(BOB).open(second.asset_id)).stream)).to.equal('same');
    await house.store.remove(BOB, second.asset_id);
    expect(await filesBelow(house.root)).to.deep.equal([]);
  });
});
