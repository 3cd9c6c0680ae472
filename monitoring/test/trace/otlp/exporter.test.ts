import { expect } from 'chai';
import { FakeClock } from '../../../../server/test/fake-clock.ts';
import { OtlpExporter, type OtlpParts } from '../../../src/trace/otlp/exporter.ts';
import type { OtlpOptions } from '../../../src/trace/otlp/options.ts';
import { someSpan } from './some-span.ts';

type Answer = Response | Error | 'hang';

/** An exporter whose receiver answers as it is told, with good answers in the end. */
function exporting(answers: Answer[] = [], options: Partial<OtlpOptions> = {}) {
  const clock = new FakeClock();
  const sent: { readonly body: string; readonly headers: Headers; readonly at: number }[] = [];
  const logged: string[] = [];
  const say = (level: string) => (fields: object, words: string) =>
    void logged.push(`${level} ${words} ${JSON.stringify(fields)}`);
  const parts: OtlpParts = {
    fetch: async (_url, { body, headers, signal } = {}) => {
      sent.push({ body: String(body), headers: new Headers(headers), at: clock.monotonic() });
      const answer = answers.shift() ?? new Response('{}');
      if (answer instanceof Error) throw answer;
      if (answer !== 'hang') return answer;
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    random: () => 1,
    log: { info: say('info'), warn: say('warn') },
    source: { resource: { 'service.name': 'callsheet' }, scope: { name: 'callsheet', version: '1' } },
  };
  const exporter = new OtlpExporter({ endpoint: 'http://collector.test:4318', ...options }, parts);
  /** Lets time pass, and what it starts get done. */
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  const add = (count: number): void => {
    for (let n = 0; n < count; n++) exporter.add(someSpan());
  };
  const sizes = (): number[] => sent.map(({ body }) => body.split('"traceId"').length - 1);
  return { exporter, clock, sent, logged, pass, add, sizes };
}

/** Everything that is ready to go on has gone on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('an exporter of spans', () => {
  it('sends what came within five seconds together', async () => {
    const { add, pass, sizes, exporter, clock } = exporting();
    add(3);
    await pass(4_999);
    expect(sizes()).to.deep.equal([]);
    add(2);
    await pass(1);
    expect(sizes()).to.deep.equal([5]);
    expect(exporter.counts).to.deep.equal({ exported: 5, rejected: 0, dropped: 0, failed: 0 });
    expect(clock.pending).to.equal(0);
  });

  it('sends 512 at once, as soon as they are there, and the rest in its time', async () => {
    const { add, pass, sizes } = exporting();
    add(1_300);
    await pass(0);
    expect(sizes()).to.deep.equal([512, 512]);
    await pass(5_000);
    expect(sizes()).to.deep.equal([512, 512, 276]);
  });

  it('sends one batch at a time', async () => {
    const { add, pass, sizes } = exporting(['hang']);
    add(512);
    add(512);
    await pass(5_000);
    expect(sizes()).to.deep.equal([512]);
  });

  it('keeps so many and no more while the receiver is slow, and counts the others', async () => {
    const { add, pass, exporter } = exporting(['hang'], { maxQueue: 600 });
    add(512);
    await pass(0);
    add(1_000);
    expect(exporter.counts.dropped).to.equal(400);
  });

  for (const status of [429, 502, 503, 504]) {
    it(`tries again after ${status}, later each time`, async () => {
      const { add, pass, sent, exporter } = exporting(Array.from({ length: 3 }, () => new Response('', { status })));
      add(1);
      for (const ms of [5_000, 1_000, 2_000, 4_000]) await pass(ms);
      expect(sent.map(({ at }) => at)).to.deep.equal([5_000, 6_000, 8_000, 12_000]);
      expect(exporter.counts).to.include({ exported: 1, failed: 0 });
    });
  }

  it('waits as long as the receiver asks for, in seconds or until a date', async () => {
    const at = new Date(Date.UTC(2026, 10, 21, 8, 0, 20)).toUTCString();
    const busy = (after: string) => new Response('', { status: 503, headers: { 'retry-after': after } });
    const { add, pass, sent } = exporting([busy('7'), busy(at)]);
    add(1);
    await pass(5_000);
    await pass(7_000);
    await pass(8_000);
    expect(sent.map((one) => one.at)).to.deep.equal([5_000, 12_000, 20_000]);
  });

  it('does not wait for ever because it was asked to', async () => {
    const { add, pass, exporter, sizes } = exporting([
      new Response('', { status: 429, headers: { 'retry-after': '86400' } }),
    ]);
    add(1);
    await pass(5_000);
    expect(exporter.counts.failed).to.equal(1);
    expect(sizes()).to.deep.equal([1]);
  });

  it('gives a batch up after five tries, and goes on with the next', async () => {
    const { add, pass, exporter, sizes } = exporting(Array.from({ length: 5 }, () => new Error('refused')));
    add(2);
    for (const ms of [5_000, 1_000, 2_000, 4_000, 8_000]) await pass(ms);
    expect(exporter.counts).to.include({ failed: 2, exported: 0 });
    add(3);
    await pass(5_000);
    expect(sizes()).to.deep.equal([2, 2, 2, 2, 2, 3]);
    expect(exporter.counts).to.include({ failed: 2, exported: 3 });
  });

  for (const status of [302, 400, 401, 404, 413, 500]) {
    it(`does not try again after ${status}`, async () => {
      const { add, pass, exporter, sizes } = exporting([new Response('', { status })]);
      add(1);
      await pass(5_000);
      await pass(60_000);
      expect(exporter.counts.failed).to.equal(1);
      expect(sizes()).to.deep.equal([1]);
    });
  }

  it('counts spans the receiver took the others without', async () => {
    const partial = (body: unknown) => new Response(JSON.stringify(body));
    const { add, pass, exporter } = exporting([
      partial({ partialSuccess: { rejectedSpans: '2', errorMessage: 'too old' } }),
      partial({ partialSuccess: { rejectedSpans: 99 } }),
      partial({ partialSuccess: { rejectedSpans: -1 } }),
      new Response('no JSON'),
      new Response('x'.repeat(100_000)),
    ]);
    for (let batch = 0; batch < 5; batch++) {
      add(3);
      await pass(5_000);
    }
    expect(exporter.counts).to.include({ rejected: 5, exported: 10 });
  });

  it('gives up a try that takes too long, and tries again', async () => {
    const { add, pass, sent, exporter, logged } = exporting(['hang'], { timeoutMs: 2_000 });
    add(1);
    await pass(5_000);
    await pass(2_000);
    await pass(1_000);
    expect(sent).to.have.length(2);
    expect(exporter.counts.exported).to.equal(1);
    expect(logged[0]).to.contain('no answer within 2000 ms');
  });

  it('says once that it does not work, and once that it works again; and never what it sends along', async () => {
    const options = {
      endpoint: 'http://collector.test:4318/otlp?api_key=secret-in-query',
      headers: { authorization: 'Bearer secret-in-header' },
    };
    const cause = Object.assign(new Error('fetch failed'), { cause: new Error('connect ECONNREFUSED') });
    const { add, pass, logged, sent } = exporting([cause, new Response('', { status: 503 })], options);
    add(1);
    for (const ms of [5_000, 1_000, 2_000]) await pass(ms);
    expect(sent[0]?.headers.get('authorization')).to.equal('Bearer secret-in-header');
    expect(logged).to.deep.equal([
      'warn traces cannot be exported; trying again {"receiver":"http://collector.test:4318/otlp/v1/traces","fault":"connect ECONNREFUSED"}',
      'info traces are exported again {"receiver":"http://collector.test:4318/otlp/v1/traces"}',
    ]);
  });

  it('sends everything that waits when it is closed, and takes nothing more', async () => {
    const { add, exporter, sizes, clock } = exporting();
    add(700);
    const closed = exporter.close(1_000);
    add(1);
    await settle();
    await closed;
    expect(sizes()).to.deep.equal([512, 188]);
    expect(exporter.counts).to.include({ exported: 700, dropped: 1 });
    expect(clock.pending).to.equal(0);
  });

  for (const [what, answers] of [
    ['does not answer', ['hang']],
    ['is busy', [new Response('', { status: 503, headers: { 'retry-after': '20' } })]],
  ] as const) {
    it(`is closed in time although the receiver ${what}, and counts what is left`, async () => {
      const { add, exporter, pass, clock, sizes } = exporting([...answers]);
      add(600);
      await pass(0);
      const closed = exporter.close(1_000);
      await pass(999);
      expect(sizes()).to.deep.equal([512]);
      await pass(1);
      await closed;
      expect(exporter.counts).to.include({ exported: 0, dropped: 600 });
      expect(clock.pending).to.equal(0);
    });
  }

  it('can be flushed without an end', async () => {
    const { add, exporter, sizes } = exporting();
    add(3);
    await exporter.flush();
    await exporter.flush();
    add(2);
    await exporter.flush();
    expect(sizes()).to.deep.equal([3, 2]);
  });
});
