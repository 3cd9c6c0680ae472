import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { collect } from '../../src/assets/collect.ts';
import { ANN, filesBelow, type House, openHouse, readAll, refusalOf, VIDEO } from './house.ts';

const DAY = 86_400_000;
const NOTHING = { assets: 0, blobs: 0, bytes: 0, damaged: [] };

describe('collect', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.remove());

  const put = async (text: string, intermediate: boolean, jobId?: string): Promise<string> => {
    const port = house.store.for({ principal: ANN, project: 'demo', jobId });
    return (await port.put(Buffer.from(text), { ...VIDEO, intermediate })).asset_id;
  };
  const collectAfterADay = (isFinished: (jobId: string) => boolean = () => true) =>
    collect(house.store, { intermediateAfterMs: DAY, isFinished });
  const stateOf = (id: string): Promise<string> => refusalOf(house.portOf(ANN).open(id));

  it('removes stage results of finished jobs once they are old, and nothing else', async () => {
    const result = await put('result', false, 'job_done');
    const stage = await put('stage', true, 'job_done');
    const running = await put('running', true, 'job_runs');
    const loose = await put('loose', true);
    house.clock.ms += DAY;
    const young = await put('young', true, 'job_done');
    expect(await collectAfterADay()).to.deep.equal(NOTHING);

    house.clock.ms += 1;
    expect(await collectAfterADay((id) => id === 'job_done')).to.deep.equal({
      assets: 2,
      blobs: 2,
      bytes: 10,
      damaged: [],
    });
    for (const id of [result, running, young]) expect(await stateOf(id)).to.equal('no refusal');
    for (const id of [stage, loose]) expect(await stateOf(id)).to.equal('NOT_FOUND');
  });

  it('keeps the bytes a result shares with a stage', async () => {
    const stage = await put('same', true, 'job');
    const result = await put('same', false, 'job');
    house.clock.ms += 2 * DAY;
    expect(await collectAfterADay()).to.deep.equal({ assets: 1, blobs: 0, bytes: 0, damaged: [] });
    expect(await stateOf(stage)).to.equal('NOT_FOUND');
    expect(await readAll((await house.portOf(ANN).open(result)).stream)).to.equal('same');
  });

  it('removes a content no asset uses', async () => {
    await mkdir(join(house.root, '.blobs/sha256/ab'));
    await writeFile(join(house.root, '.blobs/sha256/ab', 'ab'.repeat(32)), 'orphan');
    expect(await collectAfterADay()).to.deep.equal({ assets: 0, blobs: 1, bytes: 6, damaged: [] });
  });

  it('removes a record whose file never came, when nobody can be writing it any more', async () => {
    const id = await put('gone', false);
    await unlink(join(house.root, `demo/video/${id}.mp4`));
    house.clock.ms += 3_600_000;
    expect((await collectAfterADay()).assets).to.equal(0);
    house.clock.ms += 1;
    expect((await collectAfterADay()).assets).to.equal(1);
    expect(await filesBelow(house.root)).to.deep.equal([]);
  });

  it('names records it cannot read and leaves them alone', async () => {
    const folder = join(house.root, '.records/zz');
    await mkdir(folder);
    await writeFile(join(folder, `ast_${'z'.repeat(25)}.json`), '{');
    await writeFile(join(folder, 'notes.txt'), '');
    await writeFile(join(house.root, '.records', 'stray'), '');
    const { damaged } = await collectAfterADay();
    expect(damaged).to.have.members([`ast_${'z'.repeat(25)}`, 'notes.txt']);
    expect(await filesBelow(join(house.root, '.records'))).to.have.length(3);
  });

  it('stops when asked', async () => {
    await put('stage', true);
    house.clock.ms += 2 * DAY;
    const options = { intermediateAfterMs: DAY, isFinished: () => true, signal: AbortSignal.abort() };
    expect(await collect(house.store, options)).to.deep.equal(NOTHING);
  });

  it('is not needed for what a crash left half written: opening the store removes that', async () => {
    await writeFile(join(house.root, '.tmp', 'ast_x.part'), 'half');
    await house.reopen();
    expect(await filesBelow(house.root)).to.deep.equal([]);
  });
});
