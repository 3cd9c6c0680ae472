import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { collect } from '../../src/assets/collect.ts';
import { type Disk, LOCAL_DISK } from '../../src/assets/disk.ts';
import { diskDyingAt, diskWhere, errno } from './failing-disk.ts';
import { ANN, filesBelow, type House, openHouse, readAll, refusalOf, VIDEO } from './house.ts';

const bytes = Buffer.from('hello');

describe('AssetStore on a failing disk', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.remove());

  const putOn = async (disk: Disk): Promise<string> => {
    const store = await house.reopen({ disk });
    return refusalOf(store.for({ principal: ANN, project: 'demo' }).put(bytes, VIDEO));
  };

  for (const [operation, code] of [
    ['link', 'ENOSPC'],
    ['rename', 'ENOSPC'],
    ['rename', 'EDQUOT'],
  ] as const) {
    it(`says STORAGE_FULL when ${operation} fails with ${code}, and leaves nothing behind`, async () => {
      expect(await putOn(diskWhere(operation, code))).to.equal('STORAGE_FULL');
      expect(await filesBelow(house.root)).to.deep.equal([]);
    });
  }

  it('says STORAGE_FULL when the disk fills up in the middle of the file', async () => {
    const disk: Disk = {
      ...LOCAL_DISK,
      open: async (...args) => {
        const handle = await LOCAL_DISK.open(...args);
        handle.writeFile = () => Promise.reject(errno('ENOSPC'));
        return handle;
      },
    };
    expect(await putOn(disk)).to.equal('STORAGE_FULL');
    expect(await filesBelow(house.root)).to.deep.equal([]);
  });

  it('passes other faults on as they are', async () => {
    expect(await putOn(diskWhere('rename', 'EIO'))).to.equal('Error: EIO: made by a test');
    expect(await putOn(diskWhere('link', 'EIO'))).to.equal('Error: EIO: made by a test');
  });

  for (const code of ['EPERM', 'EMLINK', 'ENOTSUP']) {
    it(`keeps a file of its own where a link fails with ${code}`, async () => {
      const store = await house.reopen({ disk: diskWhere('link', code) });
      const port = store.for({ principal: ANN, project: 'demo' });
      const asset = await port.put(bytes, VIDEO);
      expect(await readAll((await port.open(asset.asset_id)).stream)).to.equal('hello');
      expect(await filesBelow(join(house.root, 'demo'))).to.have.length(2);
      await store.remove(ANN, asset.asset_id);
      expect(await filesBelow(house.root)).to.deep.equal([]);
    });
  }

  it('keeps a file of its own when a content has all the names a file can have', async () => {
    await house.portOf(ANN).put(bytes, VIDEO);
    const full: Disk = {
      ...LOCAL_DISK,
      link: (from, to) =>
        String(from).includes('.blobs') ? Promise.reject(errno('EMLINK')) : LOCAL_DISK.link(from, to),
    };
    const port = (await house.reopen({ disk: full })).for({ principal: ANN, project: 'demo' });
    const { asset_id } = await port.put(bytes, VIDEO);
    expect((await stat(join(house.root, `demo/video/${asset_id}.mp4`))).nlink).to.equal(1);
  });

  it('makes the blob again when the collector takes it between look and link', async () => {
    const first = await house.portOf(ANN).put(bytes, VIDEO);
    let taken = false;
    const racing: Disk = {
      ...LOCAL_DISK,
      link: async (from, to) => {
        if (String(from).includes('.blobs') && !taken) {
          taken = true;
          await house.store.remove(ANN, first.asset_id);
        }
        return LOCAL_DISK.link(from, to);
      },
    };
    const port = (await house.reopen({ disk: racing })).for({ principal: ANN, project: 'demo' });
    const asset = await port.put(bytes, VIDEO);
    expect(taken).to.equal(true);
    expect(await readAll((await port.open(asset.asset_id)).stream)).to.equal('hello');
    expect((await stat(join(house.root, `demo/video/${asset.asset_id}.mp4`))).nlink).to.equal(2);
  });

  it('works where folders cannot be flushed', async () => {
    const disk: Disk = {
      ...LOCAL_DISK,
      open: async (path, ...rest) => {
        const handle = await LOCAL_DISK.open(path, ...rest);
        if ((await handle.stat()).isDirectory()) handle.sync = () => Promise.reject(errno('EINVAL'));
        return handle;
      },
    };
    expect(await putOn(disk)).to.equal('no refusal');
  });
});

describe('AssetStore after kill -9', () => {
  /** Runs `work` once for every step it takes, dying at that step, and looks at what the next start finds. */
  async function dieAtEveryStep(
    prepare: (house: House) => Promise<string | undefined>,
    work: (house: House, disk: Disk, id: string | undefined) => Promise<unknown>,
    look: (house: House, id: string | undefined) => Promise<void>,
  ): Promise<number> {
    for (let step = 1; ; step++) {
      const house = await openHouse();
      try {
        const id = await prepare(house);
        const dying = diskDyingAt(step);
        const outcome = await work(house, dying.disk, id).then(
          () => 'done',
          () => 'killed',
        );
        await look(house, id);
        if (outcome === 'done') return step;
      } finally {
        await house.remove();
      }
    }
  }

  /** A person starts the gateway again; two hours later the collector has been round. */
  async function restart(house: House): Promise<void> {
    const store = await house.reopen();
    house.clock.ms += 7_200_000;
    await collect(store, { intermediateAfterMs: 1e12, isFinished: () => true });
  }

  it('has the whole asset or no trace of it, at whatever step of put the process died', async () => {
    let kept = 0;
    const steps = await dieAtEveryStep(
      async () => undefined,
      async (house, disk) => {
        const store = await house.reopen({ disk });
        await store.for({ principal: ANN, project: 'demo' }).put(bytes, VIDEO);
      },
      async (house) => {
        await restart(house);
        const files = await filesBelow(house.root);
        if (files.length === 0) return;
        kept++;
        const id = files.find((name) => name.endsWith('.mp4'))?.match(/ast_[0-9a-z]+/)?.[0] ?? 'none';
        expect(files.map((name) => name.replaceAll(id, 'ID').replace(/[0-9a-f]{64}/, 'HASH'))).to.have.members([
          'demo/video/ID.json',
          'demo/video/ID.mp4',
          `.records/${id.slice(4, 6)}/ID.json`,
          '.blobs/sha256/2c/HASH',
        ]);
        expect(await readAll((await house.portOf(ANN).open(id)).stream)).to.equal('hello');
      },
    );
    expect(steps).to.be.above(15);
    expect(kept).to.be.above(0);
  });

  it('never leaves half of a removal that a second one cannot finish', async () => {
    await dieAtEveryStep(
      async (house) => (await house.portOf(ANN).put(bytes, VIDEO)).asset_id,
      async (house, disk, id) => {
        const store = await house.reopen({ disk });
        await store.remove(ANN, id ?? '');
      },
      async (house, id) => {
        const readable = await refusalOf(house.portOf(ANN).open(id ?? ''));
        await restart(house);
        if (readable === 'NOT_FOUND') expect(await filesBelow(house.root)).to.deep.equal([]);
        else expect(await readAll((await house.portOf(ANN).open(id ?? '')).stream)).to.equal('hello');
      },
    );
  });
});
