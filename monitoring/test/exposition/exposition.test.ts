import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Exposition } from '../../src/exposition/exposition.ts';
import type { ExposedFamily, FamilySource, LateFamily } from '../../src/exposition/family.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { decodePage } from './client-model.ts';
import { fakeFamily } from './fake-family.ts';
import { parsePage } from './parse-page.ts';
import { OPEN_METRICS, PROTOBUF } from './read-page.ts';

/** A source with one family whose figures arrive when the test says so. */
class HeldSource implements FamilySource {
  readings = 0;
  #release: (() => void)[] = [];

  families(): Iterable<ExposedFamily | LateFamily> {
    const read = async () => {
      const reading = ++this.readings;
      await new Promise<void>((resolve) => this.#release.push(resolve));
      return fakeFamily('gauge', 'held', [], [{ value: reading }]);
    };
    return [{ name: 'held', type: 'gauge', read }];
  }

  get waiting(): number {
    return this.#release.length;
  }

  /** Lets every rendering end that is under way or comes next, one after the other. */
  async releaseUntil(over: Promise<unknown>): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    over.then(end, end);
    while (!isOver) {
      for (const resolve of this.#release.splice(0)) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function refuseFaults(fault: Error): never {
  throw fault;
}

describe('the exposition', () => {
  it('answers in the format that was asked for, and says that the answer depends on the asking', async () => {
    const registry = new MetricRegistry();
    registry.counter({ name: 'calls_total', help: 'Calls.', labels: [] }).cell().inc(3);
    const exposition = new Exposition([registry], { onFault: refuseFaults });
    const text = await exposition.scrape();
    expect(text.headers).to.deep.equal({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      vary: 'Accept, Accept-Encoding',
    });
    expect(parsePage(text.body.toString(), 'text').get('calls_total')?.samples[0]?.value).to.equal(3);
    const openMetrics = await exposition.scrape(OPEN_METRICS);
    expect(parsePage(openMetrics.body.toString(), 'openMetrics').get('calls')?.samples[0]?.value).to.equal(3);
    const { body } = await exposition.scrape(PROTOBUF);
    expect(decodePage(body).find(({ name }) => name === 'calls_total')?.metric[0]?.counter).to.deep.equal({ value: 3 });
  });

  it('gives all who ask for one format meanwhile the same page, and the next a new one', async () => {
    const source = new HeldSource();
    const exposition = new Exposition([source], { onFault: refuseFaults });
    const scrapes = Promise.all([undefined, '*/*', 'text/plain'].map((accept) => exposition.scrape(accept)));
    await source.releaseUntil(scrapes);
    const [first, second, third] = await scrapes;
    expect(source.readings).to.equal(1);
    expect(first?.body).to.equal(second?.body);
    expect(first?.body).to.equal(third?.body);
    const later = exposition.scrape();
    await source.releaseUntil(later);
    expect((await later).body.toString()).to.contain('held 2');
  });

  it('makes pages of different formats one after the other', async () => {
    const source = new HeldSource();
    const exposition = new Exposition([source], { onFault: refuseFaults });
    const scrapes = Promise.all(
      [undefined, OPEN_METRICS, PROTOBUF, OPEN_METRICS].map((accept) => exposition.scrape(accept)),
    );
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([source.readings, source.waiting]).to.deep.equal([1, 1]);
    await source.releaseUntil(scrapes);
    await scrapes;
    expect(source.readings).to.equal(3);
  });

  it('goes on after a page that could not be made', async () => {
    let isBroken = true;
    const family = fakeFamily('gauge', 'g', [], [{ value: 1 }]);
    const source: FamilySource = {
      families() {
        return [{ ...family, series: () => (isBroken ? refuseFaults(new Error('gone')) : family.series()) }];
      },
    };
    const exposition = new Exposition([source], { onFault: refuseFaults });
    const [text, openMetrics] = await Promise.allSettled([exposition.scrape(), exposition.scrape(OPEN_METRICS)]);
    expect([text?.status, openMetrics?.status]).to.deep.equal(['rejected', 'rejected']);
    isBroken = false;
    expect((await exposition.scrape()).body.toString()).to.contain('g 1');
  });

  it('compresses for those who take it, once for all who got the same page, and not what is small', async () => {
    const registry = new MetricRegistry();
    const exposition = new Exposition([registry], { onFault: refuseFaults });
    expect((await exposition.scrape(undefined, 'gzip')).headers).not.to.have.property('content-encoding');
    const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['n'] });
    for (let index = 0; index < 400; index++) gauge.cell(`${index}`).set(index);
    const [first, second, plain] = await Promise.all(
      ['gzip', 'br, gzip;q=0.5', 'br'].map((header) => exposition.scrape(undefined, header)),
    );
    expect(first?.headers['content-encoding']).to.equal('gzip');
    expect(first?.body).to.equal(second?.body);
    expect(plain?.headers).not.to.have.property('content-encoding');
    expect(gunzipSync(first?.body ?? '').equals(plain?.body ?? Buffer.alloc(0))).to.equal(true);
    expect(first?.body.length).to.be.below((plain?.body.length ?? 0) / 3);
  });

  it('refuses sources of which two have a metric of the same name, and slices that are no time', () => {
    const [one, other] = [new MetricRegistry(), new MetricRegistry()];
    expect(() => new Exposition([one, other], { onFault: refuseFaults })).to.throw(
      TypeError,
      'Cannot expose the gauge "mcp_monitoring_series": "mcp_monitoring_series" belongs to the metric "mcp_monitoring_series" already; rename one of them',
    );
    expect(() => new Exposition([one], { onFault: refuseFaults, sliceMs: 0 })).to.throw(TypeError, '"0"');
  });
});
