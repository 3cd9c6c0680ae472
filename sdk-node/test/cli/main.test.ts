import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { TopicLog } from '../../../sdk-core/test/topic-log.ts';
import { main } from '../../src/cli/main.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';
import { FakeTerminal } from './fake-terminal.ts';

const tool = (name: string, execution: string): JsonObject => ({
  name,
  title: `The ${name}`,
  execution,
  annotations: { idempotentHint: false, timeoutMs: 1_000 },
});

const view = (change: JsonObject): JsonObject => ({
  jobId: 'job_1',
  tool: 'create_video',
  progress: 0,
  status: 'queued',
  lastSeq: 0,
  ...change,
});

describe('callsheet', () => {
  let gateway: ScriptedGateway;
  let terminal: FakeTerminal;
  let log: TopicLog;
  const run = (...args: string[]): Promise<number> => main(args, terminal);
  const state = (change: JsonObject): void =>
    log.publish(1, { type: 'state', job: view({ ...change, lastSeq: log.lastSeq + 1 }) });
  const fails = (code: number, data: JsonObject = {}) => {
    gateway.rpc.handlers['tools/call'] = (_params, request, line) => {
      line.fail(request.id, code, data);
      return undefined;
    };
  };

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k1' });
    log = new TopicLog(gateway.rpc, 'jobs/job_1');
    gateway.rpc.handlers['tools/list'] = () => ({ tools: [tool('echo', 'call'), tool('create_video', 'job')] });
    gateway.rpc.handlers['jobs/submit'] = () => view({});
  });
  afterEach(() => gateway.stop());

  it('tools lists names, kinds and titles; --json all of it', async () => {
    expect(await run('tools')).to.equal(0);
    expect(terminal.stdout.text).to.equal('echo          call  The echo\ncreate_video  job   The create_video\n');
    terminal = new FakeTerminal();
    expect(await run('tools', '--json', '--url', gateway.url, '--key', 'k2')).to.equal(0);
    expect(terminal.result).to.have.length(2);
    expect(gateway.upgrades.at(-1)?.headers.authorization).to.equal('Bearer k2');
    expect(terminal.stderr.text).to.equal('');
  });

  it('workers lists who serves tools; of one tool it says who is chosen and why', async () => {
    gateway.rpc.handlers['services/list'] = () => ({
      workers: [
        {
          ...{
            id: 'w-1',
            name: 'gpu\u001b[31m',
            state: 'ready',
            health: 'unhealthy',
            slots: 4,
            calls: 3,
            zone: 'eu-1',
            tags: ['gpu'],
          },
          tools: [{ name: 'a' }, { name: 'b' }],
        },
        {
          id: 'w-22',
          name: 'box',
          state: 'draining',
          health: 'healthy',
          slots: 1,
          calls: 0,
          zone: null,
          tags: [],
          tools: [{}],
        },
      ],
    });
    gateway.rpc.handlers['services/explain'] = ({ tool: asked }) => ({
      tool: asked ?? null,
      workers: [{ id: 'w-1', name: 'gpu', chosen: false, because: 'left alone for another 8 s' }],
    });
    expect(await run('workers')).to.equal(0);
    expect(terminal.stdout.text).to.equal(
      'w-1   gpu [31m  ready, unhealthy  2 tools  3 of 4 busy  gpu in eu-1\n' +
        'w-22  box       draining          1 tool   0 of 1 busy\n',
    );
    terminal.stdout.text = '';
    expect(await run('workers', 'echo')).to.equal(0);
    expect(terminal.stdout.text).to.equal('w-1  gpu  no  left alone for another 8 s\n');
    terminal.stdout.text = '';
    expect(await run('workers', 'echo', '--json')).to.equal(0);
    expect(terminal.result).to.have.property('tool', 'echo');
    expect(await run('workers', 'echo', 'more')).to.equal(2);
  });

  it('run says which workers it wants', async () => {
    const routes: unknown[] = [];
    gateway.rpc.handlers['tools/call'] = ({ _meta }) => {
      routes.push((_meta as JsonObject).route);
      return { structuredContent: {} };
    };
    expect(await run('run', 'echo', '--tags', 'gpu,a100', '--zone', 'eu-1')).to.equal(0);
    expect(await run('run', 'echo')).to.equal(0);
    expect(routes).to.deep.equal([{ tags: ['gpu', 'a100'], zone: 'eu-1' }, undefined]);
  });

  it('run prints the result on stdout and progress on stderr', async () => {
    gateway.rpc.handlers['tools/call'] = (params, request, line) => {
      line.notify('notifications/progress', {
        progressToken: request.id ?? 0,
        progress: 0.5,
        total: 1,
        stage: 'think',
        message: 'half\u001b[31m way',
      });
      return { structuredContent: params.arguments ?? null };
    };
    expect(await run('run', 'echo', '--params-json', '{"text":"hi"}')).to.equal(0);
    expect(terminal.result).to.deep.equal({ text: 'hi' });
    expect(terminal.stderr.text).to.equal('0.0s  50% think half [31m way\n');
  });

  it('run follows a job to its result', async () => {
    gateway.rpc.handlers['jobs/submit'] = (params) => {
      expect(params).to.deep.include({ name: 'create_video', arguments: { video_subject: 'AI' } });
      state({});
      state({ status: 'in_progress' });
      log.publish(1, { type: 'progress', jobId: 'job_1', progress: 0.5, stage: 'render', message: 'frame 9' });
      state({ status: 'completed', progress: 1, result: { film: 1 } });
      return view({});
    };
    gateway.rpc.handlers['jobs/get'] = () => view({ status: 'completed', result: { film: 1 } });
    expect(await run('run', 'create_video', '--wait', '--params-json', '{"video_subject":"AI"}')).to.equal(0);
    expect(terminal.result).to.deep.equal({ film: 1 });
    expect(terminal.stderr.text.split('\n')).to.deep.equal([
      '0.0s   0% queued',
      '0.0s   0% in_progress',
      '0.0s  50% render frame 9',
      '0.0s 100% completed',
      '',
    ]);
  });

  it('run --detach prints the id of the job and does not wait', async () => {
    expect(await run('run', 'create_video', '--detach')).to.equal(0);
    expect(terminal.stdout.text).to.equal('job_1\n');
    terminal.stdout.text = '';
    expect(await run('run', 'create_video', '--detach', '--json')).to.equal(0);
    expect(terminal.result).to.deep.equal({ jobId: 'job_1', status: 'queued' });
  });

  describe('run --out', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'callsheet-cli-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('saves the first file of the result, checked, and not a stage on the way', async () => {
      gateway.onRequest = (request, response) => response.end(`film of ${request.url}`);
      const file = (url: string, more: JsonObject = {}): JsonObject => {
        const bytes = `film of ${url}`;
        return { url, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, ...more };
      };
      const result = {
        stages: [file('/stage', { intermediate: true })],
        video: file('/video'),
        captions: file('/srt'),
      };
      gateway.rpc.handlers['tools/call'] = () => ({ structuredContent: result });
      const out = join(folder, 'video.mp4');
      expect(await run('run', 'echo', '--out', out)).to.equal(0);
      expect(await readFile(out, 'utf8')).to.equal('film of /video');
      expect(terminal.stderr.text).to.contain(`saved ${out}; the result names 1 more`);
      expect(terminal.result).to.deep.equal(result);
    });

    it('fails when the file is not the one the result speaks of', async () => {
      gateway.onRequest = (_request, response) => response.end('something else');
      gateway.rpc.handlers['tools/call'] = () => ({ structuredContent: { url: '/only', sha256: 'b'.repeat(64) } });
      expect(await run('run', 'echo', '--out', join(folder, 'video.mp4'))).to.equal(1);
      expect(terminal.stderr.text).to.contain('SHA-256');
      expect(await readdir(folder)).to.deep.equal([]);
      expect(terminal.result).to.have.property('url', '/only');
    });

    it('runs nothing when the file has no place', async () => {
      const inFile = join(folder, 'file', 'video.mp4');
      await writeFile(join(folder, 'file'), '');
      for (const [out, why] of [
        [join(folder, 'none', 'video.mp4'), 'ENOENT: no such file or directory; make the folder'],
        [inFile, 'ENOTDIR'],
        [folder, 'it is a folder'],
      ] as const) {
        terminal.stderr.text = '';
        expect(await run('run', 'echo', '--out', out)).to.equal(2);
        expect(terminal.stderr.text).to.contain(`Cannot write ${out}: ${why}`);
      }
      expect(gateway.upgrades).to.have.length(0);
    });

    it('saves a result without files as JSON', async () => {
      gateway.rpc.handlers['tools/call'] = () => ({ structuredContent: { words: 3 } });
      const out = join(folder, 'words.json');
      expect(await run('run', 'echo', '--out', out)).to.equal(0);
      expect(JSON.parse(await readFile(out, 'utf8'))).to.deep.equal({ words: 3 });
      expect(terminal.result).to.deep.equal({ words: 3 });
    });
  });

  it('job prints a job, and --cancel stops it', async () => {
    gateway.rpc.handlers['jobs/get'] = () => view({ status: 'in_progress', progress: 0.3 });
    expect(await run('job', 'job_1')).to.equal(0);
    expect(terminal.result).to.include({ jobId: 'job_1', progress: 0.3 });
    gateway.rpc.handlers['jobs/cancel'] = () => view({ status: 'canceled' });
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url });
    expect(await run('job', 'job_1', '--cancel')).to.equal(0);
    expect(gateway.rpc.line.requests('jobs/cancel')).to.have.length(1);
  });

  it('job --follow ends with the failure of the job', async () => {
    const failed = {
      status: 'failed',
      error: {
        code: 5021,
        message: 'The disk ran away',
        data: { name: 'TOOL_FAILED', retryable: false, requestId: 'req_7' },
      },
    };
    state(failed);
    gateway.rpc.handlers['jobs/get'] = () => view(failed);
    expect(await run('job', 'job_1', '--follow')).to.equal(1);
    expect(terminal.stdout.text).to.equal('');
    expect(terminal.stderr.text).to.contain('callsheet: The disk ran away (request req_7)\n');
  });

  it('Ctrl-C leaves a job running and says how to get back', async () => {
    const ended = run('run', 'create_video');
    while (log.followers === 0) await new Promise(setImmediate);
    terminal.control.abort('interrupted');
    expect(await ended).to.equal(130);
    expect(terminal.stderr.text).to.contain('callsheet job job_1 --follow');
    expect(gateway.rpc.line.requests('jobs/cancel')).to.have.length(0);
  });

  it('Ctrl-C cancels a call', async () => {
    const ended = run('run', 'echo');
    while ((gateway.rpc.lines[0]?.requests('tools/call').length ?? 0) === 0) await new Promise(setImmediate);
    terminal.control.abort('interrupted');
    expect(await ended).to.equal(130);
    expect(gateway.rpc.line.requests('notifications/cancelled')).to.have.length(1);
  });

  for (const [code, data, want] of [
    [5021, {}, 1],
    [-32602, { issues: [{ path: '/text', keyword: 'type', message: 'must be string' }] }, 2],
    [4010, {}, 3],
    [4032, {}, 3],
    [5040, {}, 5],
    [4290, { retryAfterMs: 5 }, 6],
    [5030, {}, 1],
  ] as const) {
    it(`a call that fails with ${code} exits with ${want}`, async () => {
      fails(code, data as JsonObject);
      expect(await run('run', 'echo')).to.equal(want);
      expect(terminal.stderr.text).to.match(/^callsheet: error/);
      if (want === 2) expect(terminal.stderr.text).to.contain('\n  /text must be string');
    });
  }

  it('shows a token, or signs with what the environment names', async () => {
    const shown = (): string | undefined => gateway.upgrades.at(-1)?.headers.authorization;
    expect(await run('tools', '--token', 'eyJ.1')).to.equal(0);
    expect(shown()).to.equal('Bearer eyJ.1');
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_TOKEN: 'eyJ.2' });
    expect(await run('tools')).to.equal(0);
    expect(shown()).to.equal('Bearer eyJ.2');
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_HMAC_ID: 'farm', CALLSHEET_HMAC_SECRET: 's' });
    expect(await run('tools')).to.equal(0);
    expect(shown()).to.match(/^CALLSHEET-HMAC-SHA256 id=farm, ts=\d+, nonce=/);
  });

  it('does not choose among credentials of the environment', async () => {
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k', CALLSHEET_TOKEN: 'eyJ' });
    expect(await run('tools')).to.equal(2);
    expect(terminal.stderr.text).to.contain('CALLSHEET_API_KEY and CALLSHEET_TOKEN are set; unset all but one');
    expect(await run('tools', '--key', 'k')).to.equal(0);
  });

  it('a refused key exits with 3, a gateway that is not there with 4', async () => {
    gateway.refuseWith = 401;
    expect(await run('tools')).to.equal(3);
    expect(terminal.stderr.text).not.to.contain('No key was shown');
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url });
    expect(await run('tools')).to.equal(3);
    expect(terminal.stderr.text).to.match(
      /\nNo key was shown: set CALLSHEET_API_KEY, or say --key \(a token: CALLSHEET_TOKEN, --token\)\n$/,
    );
    const { url } = gateway;
    await gateway.stop();
    terminal = new FakeTerminal({ CALLSHEET_URL: url });
    expect(await run('tools')).to.equal(4);
    expect(terminal.stderr.text).to.contain('ECONNREFUSED');
    gateway = await ScriptedGateway.start();
  });

  const wrong: [string[], string][] = [
    [[], 'give a command'],
    [['dance'], 'There is no command "dance"; expected one of "tools", "run"'],
    [['tool'], 'There is no command "tool"; did you mean "tools"?'],
    [['run', 'ehco'], 'There is no tool "ehco"; did you mean "echo"? callsheet tools lists'],
    [['run', 'echo', '--param-json', '{}'], 'There is no option --param-json; did you mean --params-json?'],
    [['tools', 'extra'], 'tools takes no argument, got extra'],
    [['run'], 'run takes the name of one tool, got none'],
    [['run', 'nothing'], 'There is no tool "nothing"'],
    [['run', 'echo', '--params-json', '{'], 'Cannot read --params-json'],
    [['run', 'echo', '--params-json', '[]'], 'expected a JSON object'],
    [['run', 'echo', '--wait', '--detach'], 'both --wait and --detach'],
    [['run', 'echo', '--detach', '--out', 'x'], '--detach does not wait'],
    [['run', 'echo', '--loud'], 'There is no option --loud; expected one of --url, --key'],
    [['job'], 'job takes the id of one job'],
    [['job', 'a', '--follow', '--cancel'], 'both --follow and --cancel'],
    [['tools', '--url', 'http://x'], 'expected ws:// or wss://'],
    [['tools', '--key', 'k', '--token', 't'], 'both --key and --token'],
    [['tools', '--key', ''], 'expected a secret, or a function'],
  ];
  for (const [args, sentence] of wrong) {
    it(`«${['callsheet', ...args].join(' ')}» is wrong use: exit 2, and a word of help`, async () => {
      expect(await run(...args)).to.equal(2);
      expect(terminal.stderr.text).to.contain(sentence).and.contain('Try: callsheet --help');
      expect(terminal.stdout.text).to.equal('');
    });
  }

  it('says in a sentence that its output cannot be written', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    terminal.stdout.failure = full;
    expect(await run('--version')).to.equal(1);
    expect(terminal.stderr.text).to.equal(`callsheet: Cannot write all of the output: ${full.message}\n`);
    terminal.stderr.failure = full;
    expect(await run('--version')).to.equal(1);
    terminal.stdout.failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    expect(await run('--version')).to.equal(0);
  });

  it('helps on stdout', async () => {
    for (const args of [['--help'], ['help'], ['run', '--help'], ['tools', '-h'], ['job', '-h']]) {
      terminal = new FakeTerminal();
      expect(await run(...args)).to.equal(0);
      expect(terminal.stdout.text).to.contain('callsheet run <tool>').and.contain('130 interrupted');
    }
    terminal = new FakeTerminal();
    await run('--version');
    expect(terminal.stdout.text).to.equal('0.1.0\n');
  });
});
