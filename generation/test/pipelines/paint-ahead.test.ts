import { expect } from 'chai';
import { paintPlate } from '../../src/picture/paint.ts';
import { paintAhead, paintFrom } from '../../src/pipelines/paint-ahead.ts';
import { type StudioHost, studioHost } from '../studio-host.ts';

const spec = (seed: number) => ({ motif: 'bokeh', palette: 'dusk', seed, width: 64, height: 64 }) as const;
const plates = [spec(1), spec(2), spec(3)];

describe('painting ahead', () => {
  let host: StudioHost;
  before(async () => {
    host = await studioHost(1);
  });
  after(() => host.close());

  it('paints what the renderer would have painted', async () => {
    const ahead = paintAhead(plates, host.threads, new AbortController().signal);
    const painted = await ahead.finish();
    expect(painted.length).to.be.within(1, 3);
    expect(Buffer.from(painted[0]?.data ?? []).equals(Buffer.from(paintPlate(spec(1)).data))).to.equal(true);
  });

  it('stops when it is told, and leaves a plate that fails to the renderer', async () => {
    const bad = { ...spec(1), width: 7 };
    const painted = await paintAhead([bad, ...plates], host.threads, new AbortController().signal).finish();
    expect(painted).to.eql([null]);
  });

  it('paints nothing for a job that was cancelled', async () => {
    expect(await paintAhead(plates, host.threads, AbortSignal.abort()).finish()).to.eql([]);
  });

  it('gives each plate once and paints what is missing', () => {
    const stocked = paintPlate(spec(1));
    const asked: number[] = [];
    const paint = paintFrom(plates, [stocked, null], (missing) => {
      asked.push(missing.seed);
      return paintPlate(missing);
    });
    expect(paint(plates[0] ?? spec(1))).to.equal(stocked);
    for (const again of plates) paint(again);
    expect(asked).to.eql([1, 2, 3]);
  });
});
