import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { ChildProgram, source } from './child-program.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

describe('a process of its own', () => {
  let gateway: ScriptedGateway;
  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    gateway.rpc.handlers['tools/call'] = () => ({ structuredContent: 'ok' });
    gateway.rpc.handlers['tools/list'] = () => ({
      tools: Array.from({ length: 2_000 }, (_, at) => ({
        name: `tool_${at}`,
        title: 'x'.repeat(100),
        execution: 'call',
        annotations: { idempotentHint: true, timeoutMs: 1 },
      })),
    });
  });
  afterEach(() => gateway.stop());

  const start = (...args: string[]): ChildProgram =>
    new ChildProgram(args, { CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k' });

  it('ends by itself once its client is closed', async () => {
    const program = `
      import { connect } from ${JSON.stringify(source('index.ts'))};
      const client = await connect();
      console.log(await client.call('echo', {}));
      await client.close();`;
    const child = start('--input-type=module', '-e', program);
    expect(await child.ended).to.deep.equal({ code: 0, stdout: 'ok\n', stderr: '' });
  });

  it('the command prints its result and exits', async () => {
    const child = start(source('cli/bin.ts'), 'run', 'tool_7');
    expect(await child.ended).to.deep.equal({ code: 0, stdout: '"ok"\n', stderr: '' });
  });

  it('a reader that leaves early is no error', async () => {
    const child = start(source('cli/bin.ts'), 'tools');
    child.process.stdout?.once('data', () => child.process.stdout?.destroy());
    expect(await child.ended).to.include({ code: 0, stderr: '' });
  });

  it('a disk without space is told in a sentence', function () {
    if (!existsSync('/dev/full')) this.skip();
    const full = openSync('/dev/full', 'w');
    try {
      const args = ['--import', 'tsx', '--conditions=source', source('cli/bin.ts'), '--help'];
      const { status, stderr } = spawnSync(process.execPath, args, {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
        env: { ...process.env, NODE_V8_COVERAGE: '' },
      });
      expect(stderr).to.match(/^callsheet: Cannot write all of the output: ENOSPC: [^\n]*\n$/);
      expect(status).to.equal(1);
    } finally {
      closeSync(full);
    }
  });

  it('Ctrl-C exits with 130', async () => {
    delete gateway.rpc.handlers['tools/call'];
    const child = start(source('cli/bin.ts'), 'run', 'tool_7');
    while ((gateway.rpc.lines[0]?.requests('tools/call').length ?? 0) === 0) await new Promise(setImmediate);
    child.process.kill('SIGINT');
    const { code, stderr } = await child.ended;
    expect(code).to.equal(130);
    expect(stderr).to.contain('cancelled');
  });
});
