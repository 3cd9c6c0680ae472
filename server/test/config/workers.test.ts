import { expect } from 'chai';
import fc from 'fast-check';
import { printConfig } from '../../src/config/print.ts';
import { clusterOptions } from '../../src/workers/cluster-options.ts';
import { load, problemsOf } from './loaded.ts';

const of = (workers: Record<string, number>): string =>
  ['[workers]', ...Object.entries(workers).map(([key, value]) => `${key} = ${value}`)].join('\n');

describe('[workers]', () => {
  it('has the defaults the balance simulation was run with', () => {
    const { config, notes } = load(undefined);
    expect(notes).to.deep.equal([]);
    expect(clusterOptions(config)).to.deep.equal({
      strategy: 'adaptive',
      slowStartMs: 10_000,
      registry: {
        ...{ heartbeatMs: 5000, suspectAfterMs: 10_000, deadAfterMs: 15_000, graceMs: 3000 },
        ...{ forgetAfterMs: 600_000, maxWorkers: 10_000 },
      },
      guard: { hardInARow: 5, ejectionMs: 10_000, longestEjectionMs: 120_000 },
      line: { limit: 100, longestWaitMs: 5000 },
      retry: { share: 0.2 },
      hedge: false,
      health: { intervalMs: 10_000, timeoutMs: 5000 },
    });
    const { config: other } = load('[workers]\nretry = false\nhedge = true\nstrategy = "p2c"\n');
    expect(clusterOptions(other)).to.deep.include({ retry: false, hedge: {}, strategy: 'p2c' });
  });

  it('lets the times follow that were not set, and says so', () => {
    const times = (toml: string): unknown => {
      const { heartbeatMs, suspectAfterMs, deadAfterMs, graceMs } = load(toml).config.workers;
      return [heartbeatMs, suspectAfterMs, deadAfterMs, graceMs];
    };
    expect(times(of({ heartbeat_ms: 30_000 }))).to.deep.equal([30_000, 60_000, 90_000, 3000]);
    expect(times(of({ heartbeat_ms: 1000 }))).to.deep.equal([1000, 10_000, 15_000, 3000]);
    expect(times(of({ suspect_after_ms: 4000 }))).to.deep.equal([2000, 4000, 15_000, 3000]);
    expect(times(of({ dead_after_ms: 1500 }))).to.deep.equal([500, 1000, 1500, 1500]);
    expect(times(of({ heartbeat_ms: 30_000, dead_after_ms: 40_000 }))).to.deep.equal([30_000, 35_000, 40_000, 3000]);
    expect(load(of({ longest_ejection_ms: 4000 })).config.workers.ejectionMs).to.equal(4000);
    expect(load(of({ ejection_ms: 300_000 })).config.workers.longestEjectionMs).to.equal(300_000);
    expect(load(of({ heartbeat_ms: 30_000 })).notes).to.deep.equal([
      'callsheet.toml: workers.suspect_after_ms follows workers.heartbeat_ms and is 60000; set it when you mean another',
      'callsheet.toml: workers.dead_after_ms follows workers.heartbeat_ms and is 90000; set it when you mean another',
    ]);
    expect(printConfig(load(of({ heartbeat_ms: 30_000 })))).to.include(
      'suspect_after_ms = 60000 # derived from workers.heartbeat_ms\n',
    );
  });

  it('either makes times that fit, or says which do not', () => {
    const ms = fc.option(fc.integer({ min: 300, max: 200_000 }), { nil: undefined });
    fc.assert(
      fc.property(ms, ms, ms, (heartbeat, suspect, dead) => {
        const said = { heartbeat_ms: heartbeat, suspect_after_ms: suspect, dead_after_ms: dead };
        const given = Object.entries(said).filter((entry): entry is [string, number] => entry[1] !== undefined);
        const toml = of(Object.fromEntries(given));
        const values = given.map(([, value]) => value);
        const inOrder = values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0));
        // Whole milliseconds: between two neighbours there is no room for a third.
        const room = suspect !== undefined || (dead ?? Infinity) - (heartbeat ?? 0) > 1;
        expect(problemsOf(toml).length, toml).to.equal(inOrder && room ? 0 : 1);
        if (!inOrder || !room) return;
        const { heartbeatMs, suspectAfterMs, deadAfterMs, graceMs } = load(toml).config.workers;
        expect(heartbeatMs).to.be.below(suspectAfterMs);
        expect(suspectAfterMs).to.be.below(deadAfterMs);
        expect(graceMs).to.be.at.most(deadAfterMs);
      }),
    );
  });

  it('refuses times out of order, naming the setting that is wrong', () => {
    expect(problemsOf(of({ heartbeat_ms: 5000, suspect_after_ms: 4000 }))).to.deep.equal([
      'callsheet.toml: workers.suspect_after_ms does not fit: a worker says that it is there every 5000 ms, is suspect after 4000 and dead after 15000; let each be longer than the one before',
    ]);
    expect(problemsOf(of({ suspect_after_ms: 5000, dead_after_ms: 5000 })).join()).to.match(
      /dead_after_ms does not fit/,
    );
    expect(problemsOf(of({ grace_ms: 20_000 })).join()).to.match(/grace_ms does not fit: .* dead after 15000/);
    expect(problemsOf(of({ ejection_ms: 9, longest_ejection_ms: 8 })).join()).to.match(
      /longest_ejection_ms does not fit: a worker is put out for 9 ms, and for 8 at most/,
    );
  });
});

describe('workers that are dialled, and upstreams', () => {
  it('are read under their names, and printed without their credentials', () => {
    const toml = `
      [workers.dial.gpu-7]
      url = "wss://gpu-7.test:9000/"
      token = "hunter2hunter2"
      [workers.upstreams.studio]
      url = "ws://127.0.0.1:8081/rpc"
      token_file = "studio.key"
      prefix = "studio_"
      [workers.upstreams.voices]
      url = "wss://voices.test/"
      dialect = "jsonrpc"
      tools_file = "voices.json"
      token_env = "VOICES"
      token_header = "X-API-Key"
      tags = ["gpu", "eu/1"]`;
    const loaded = load(toml);
    const { dial, upstreams } = loaded.config.workers;
    expect(dial['gpu-7']).to.deep.include({ url: 'wss://gpu-7.test:9000/', token: 'hunter2hunter2' });
    expect(upstreams.studio).to.include({
      dialect: 'callsheet',
      tokenFile: '/srv/gate/studio.key',
      slots: 16,
      weight: 1,
    });
    expect(upstreams.voices).to.deep.include({ toolsFile: '/srv/gate/voices.json', tags: ['gpu', 'eu/1'] });
    const printed = printConfig(loaded);
    expect(printed).to.include('[workers.dial.gpu-7] # callsheet.toml\n').and.not.include('hunter2');
    expect(loaded.notes).to.deep.equal([]);
  });

  it('warn of a credential anybody on the way can read', () => {
    const { notes } = load('[workers.dial.gpu]\nurl = "ws://gpu.test:9000"\ntoken = "0123456789"\n');
    expect(notes).to.deep.equal([
      'callsheet.toml: workers.dial."gpu" sends its credential unencrypted to another machine; use wss',
    ]);
  });

  const wrong: readonly (readonly [table: string, says: RegExp])[] = [
    ['dial.x]\nurl = "wss://a.test"', /dial."x" lacks a credential: .* set "token", "token_env" or "token_file"$/],
    ['dial.x]\nurl = "wss://a.test"\ntoken = "a"\ntoken_env = "B"', /has more than one credential/],
    ['dial.x]\nurl = "https://a.test"\ntoken = "a"', /dial.x.url is "https:.*expected a ws or wss URL/],
    ['dial.x]\nurl = "wss://me:secret@a.test"\ntoken = "a"', /url is "wss:\/\/\*{8}@a.test"/],
    ['dial.x]\nurl = "wss://a.test/?token=1"\ntoken = "a"', /without user name, query and fragment/],
    ['dial.x]\nurl = "wss://a.test"\ntoken = "a\\r\\nHost: b"', /dial.x.token is "\*{8}"; expected a credential/],
    ['dial."a b"]\nurl = "wss://a.test"\ntoken = "a"', /has a name that does not fit/],
    ['upstreams.x]\nurl = "wss://a.test"\ndialect = "jsonrpc"', /lists no tools by itself; set "tools_file"/],
    ['upstreams.x]\nurl = "wss://a.test"\ntools_file = "t"', /lists its tools itself; remove "tools_file"/],
    ['upstreams.x]\nurl = "wss://a.test"\ntoken_header = "X-Key"', /no credential to put into it/],
    ['upstreams.x]\nurl = "wss://a.test"\ntoken_header = "Host"\ntoken = "a"', /none that makes the connection/],
    ['upstreams.x]\nurl = "wss://a.test"\ntoken_header = "A:b"\ntoken = "a"', /expected the name of a header/],
    ['upstreams.x]\nurl = "wss://a.test"\nprefix = "9"', /expected the beginning of a tool name/],
    ['upstreams.x]\nurl = "wss://a.test"\ntoken = "a"\ntoken_file = "b"', /has more than one credential/],
    [
      'upstreams.x]\nurl = "wss://a.test"\ndialect = "jsonrpc"\ntools_file = "t"\nprefix = "a_"',
      /instead of setting "prefix" or "allow"/,
    ],
  ];
  for (const [table, says] of wrong) {
    it(`refuse [workers.${table.replaceAll('\n', ' ')}`, () => {
      const problems = problemsOf(`[workers.${table}`);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(says);
    });
  }
});
