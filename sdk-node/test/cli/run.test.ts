import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { TopicLog } from '../../../sdk-core/test/topic-log.ts';
import { main } from '../../src/cli/main.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';
import { toolWith } from '../types/tool-with.ts';
import { FakeTerminal } from './fake-terminal.ts';

describe('callsheet run', () => {
  let gateway: ScriptedGateway;
  let terminal: FakeTerminal;
  const run = (...args: string[]): Promise<number> => main(['run', ...args], terminal);
  const asked = async (method: string): Promise<void> => {
    while ((gateway.rpc.lines[0]?.requests(method).length ?? 0) === 0) await new Promise(setImmediate);
  };

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    terminal = new FakeTerminal({ CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k1' });
    const tools = [{ ...toolWith('echo') }, { ...toolWith('create_video', { execution: 'job' }) }];
    gateway.rpc.handlers['tools/list'] = () => ({ tools });
    gateway.rpc.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
  });
  afterEach(() => gateway.stop());

  it('takes its parameters from standard input', async () => {
    terminal.input = () => Promise.resolve(Buffer.from('{"text":"piped"}'));
    expect(await run('echo', '--params-json', '-')).to.equal(0);
    expect(terminal.result).to.deep.equal({ text: 'piped' });
  });

  it('runs nothing with parameters it cannot read', async () => {
    expect(await run('echo', '--params-json', '{"a":1,\n}')).to.equal(2);
    expect(terminal.stderr.text).to.match(/^callsheet: Cannot read --params-json:2:1: expected a name/);
    expect(gateway.rpc.lines).to.have.length(0);
  });

  it('--timeout gives a call up: exit 5, and the gateway is told', async () => {
    gateway.rpc.handlers['tools/call'] = () => undefined;
    const ended = run('echo', '--timeout', '1.5s');
    await asked('tools/call');
    terminal.timers.get(1_500)?.();
    expect(await ended).to.equal(5);
    expect(terminal.stderr.text).to.match(/^callsheet: The time of --timeout is over\. /);
    expect(gateway.rpc.line.requests('notifications/cancelled')).to.have.length(1);
    expect(terminal.timers.size).to.equal(0);
  });

  it('--timeout leaves a job running and says how to get back', async () => {
    const job = { jobId: 'job_1', tool: 'create_video', status: 'queued', progress: 0, lastSeq: 0 };
    gateway.rpc.handlers['jobs/submit'] = () => job;
    const log = new TopicLog(gateway.rpc, 'jobs/job_1');
    const ended = run('create_video', '--timeout', '2m');
    while (log.followers === 0) await new Promise(setImmediate);
    terminal.timers.get(120_000)?.();
    expect(await ended).to.equal(5);
    expect(terminal.stderr.text).to.contain('callsheet job job_1 --follow');
    expect(gateway.rpc.line.requests('jobs/cancel')).to.have.length(0);
  });

  it('a command that ends in time leaves no timer', async () => {
    expect(await run('echo', '--timeout', '2h')).to.equal(0);
    expect(terminal.timers.size).to.equal(0);
  });

  it('Ctrl-C comes before the time limit', async () => {
    gateway.rpc.handlers['tools/call'] = () => undefined;
    const ended = run('echo', '--timeout', '1s');
    await asked('tools/call');
    terminal.control.abort('interrupted');
    terminal.timers.get(1_000)?.();
    expect(await ended).to.equal(130);
  });

  describe('--json', () => {
    const failure = (): JsonObject => JSON.parse(terminal.stderr.text).error;

    it('prints the result on stdout, and nothing on stderr', async () => {
      gateway.rpc.handlers['tools/call'] = (_params, { id }, line) => {
        line.notify('notifications/progress', { progressToken: id ?? 0, progress: 0.5, total: 1, stage: 'think' });
        return { structuredContent: 1 };
      };
      expect(await run('echo', '--json')).to.equal(0);
      expect([terminal.result, terminal.stderr.text]).to.deep.equal([1, '']);
    });

    it('tells a failure as one line of JSON', async () => {
      gateway.rpc.handlers['tools/call'] = (_params, { id }, line) => {
        line.fail(id, -32602, { issues: [{ path: '/text', keyword: 'type', message: 'must be string' }] });
        return undefined;
      };
      expect(await run('echo', '--json')).to.equal(2);
      expect(terminal.stderr.text).to.match(/^[^\n]*\n$/);
      expect(failure()).to.include({ code: 'INVALID_PARAMS', retryable: false, exitCode: 2 });
      expect(failure().issues).to.deep.equal([{ path: '/text', keyword: 'type', message: 'must be string' }]);
      expect(terminal.stdout.text).to.equal('');
    });

    it('tells wrong use and a time limit as well', async () => {
      expect(await run('echo', '--json', '--params-json', '[')).to.equal(2);
      expect(failure()).to.include({ code: 'USAGE', exitCode: 2 }).and.property('message').contains(':1:2: expected');
      terminal = new FakeTerminal(terminal.environment);
      gateway.rpc.handlers['tools/call'] = () => undefined;
      const ended = run('echo', '--json', '--timeout', '1s');
      await asked('tools/call');
      terminal.timers.get(1_000)?.();
      expect(await ended).to.equal(5);
      expect(failure()).to.include({ code: 'TIMEOUT', exitCode: 5 });
    });
  });
});
