import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ScriptedGateway } from './scripted-gateway.ts';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));
const NODE = ['--import', 'tsx', '--conditions=source'];

/** Runs a program of Node.js and gathers what it says. */
async function exit(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (text.stdout += chunk));
  child.stderr?.on('data', (chunk) => (text.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...text };
}

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

  const environment = () => ({ ...process.env, CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: 'k' });

  it('ends by itself once its client is closed', async function () {
    this.timeout(30_000);
    const program = `
      import { connect } from ${JSON.stringify(`${SOURCE}index.ts`)};
      const client = await connect();
      console.log(await client.call('echo', {}));
      await client.close();`;
    const child = spawn(process.execPath, [...NODE, '--input-type=module', '-e', program], { env: environment() });
    expect(await exit(child)).to.deep.equal({ code: 0, stdout: 'ok\n', stderr: '' });
  });

  it('the command prints its result and exits', async function () {
    this.timeout(30_000);
    const child = spawn(process.execPath, [...NODE, `${SOURCE}cli/bin.ts`, 'run', 'tool_7'], { env: environment() });
    expect(await exit(child)).to.deep.equal({ code: 0, stdout: '"ok"\n', stderr: '' });
  });

  it('a reader that leaves early is no error', async function () {
    this.timeout(30_000);
    const child = spawn(process.execPath, [...NODE, `${SOURCE}cli/bin.ts`, 'tools'], { env: environment() });
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await exit(child);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
  });

  it('Ctrl-C exits with 130', async function () {
    this.timeout(30_000);
    delete gateway.rpc.handlers['tools/call'];
    const child = spawn(process.execPath, [...NODE, `${SOURCE}cli/bin.ts`, 'run', 'tool_7'], { env: environment() });
    while ((gateway.rpc.lines[0]?.requests('tools/call').length ?? 0) === 0) await new Promise(setImmediate);
    child.kill('SIGINT');
    const { code, stderr } = await exit(child);
    expect(code).to.equal(130);
    expect(stderr).to.contain('cancelled');
  });
});
