import { once } from 'node:events';
import { expect } from 'chai';
import { linesOf } from '../../../monitoring/test/log/open-file.ts';
import { Peer } from '../doors/gateway-socket.ts';
import { useTempDir } from '../temp-dir.ts';
import { type Command, command } from './running.ts';

const KEY = 'a-key-of-my-own-with-enough-characters';
/** Each is a line of 150 bytes and more: together they are beyond what may wait, with all that pipes hold. */
const CALLS = 10_000;
const AT_ONCE = 50;

describe('a gateway whose log nobody reads', function () {
  this.timeout(90_000);
  const temp = useTempDir();
  let gateway: Command;
  let peer: Peer;

  beforeEach(async () => {
    const env = {
      CALLSHEET_ADMIN_KEY: KEY,
      CALLSHEET_TOOLS_DIAGNOSTICS: 'true',
      CALLSHEET_RATE_CALLS: '10000000',
      CALLSHEET_RATE_CONNECTION: 'off',
      CALLSHEET_WORKERS_FAILURES_IN_ROW: '1000',
      CALLSHEET_WORKERS_RETRY: 'false',
    };
    gateway = command(['--port', '0', '--data-dir', temp()], env);
    const [, url = ''] = await gateway.says(/WebSocket {2}(ws:\S+)/);
    peer = new Peer(url, { headers: { 'x-api-key': KEY } });
    await peer.opened;
  });
  afterEach(async () => {
    gateway.child.kill('SIGKILL');
    gateway.child.stderr?.resume();
    await gateway.exit;
  });

  async function call(id: number): Promise<string> {
    const params = { name: 'diagnostics_fail', arguments: { code: 'INTERNAL' } };
    peer.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }));
    const { error } = (await peer.hear()) as { error: { data: { name: string } } };
    return error.data.name;
  }

  /** Calls a tool that throws what is no error of ours; answers how many of the calls are a line of the log. */
  async function fail(calls: number): Promise<number> {
    let lines = 0;
    for (let asked = 0; asked < calls; asked += AT_ONCE) {
      const answers = Array.from({ length: AT_ONCE }, (_, id) => call(id));
      for (const name of await Promise.all(answers)) if (name === 'TOOL_FAILED') lines++;
    }
    return lines;
  }

  const thrown = (stderr: string): number => stderr.split('"msg":"the tool threw"}\n').length - 1;

  it('goes on answering, keeps a bounded part of its lines, and says how many are missing', async () => {
    const { child, output } = gateway;
    child.stderr?.pause();
    const lines = await fail(CALLS);
    child.stderr?.resume();
    while (!output().stderr.includes('"dropped":')) await once(child.stderr ?? child, 'data');
    const { stderr } = output();
    const [, dropped] = /"dropped":(\d+),"msg":"lines nobody read were dropped"}\n$/.exec(stderr) ?? [];
    expect(thrown(stderr) + Number(dropped)).to.equal(lines);
    expect(stderr.length).to.be.below(1_048_576 + 5 * 65_536);
    for (const line of stderr.trimEnd().split('\n')) JSON.parse(line);
    expect(await fail(AT_ONCE)).to.be.above(0);
  });

  it('goes on answering when nobody ever will', async () => {
    gateway.child.stderr?.destroy();
    expect(await fail(200)).to.be.above(0);
    expect(gateway.child.exitCode).to.equal(null);
    gateway.child.kill('SIGTERM');
    expect(await gateway.exit).to.equal(0);
    const events = linesOf<{ event: string; requestId?: string }>(`${temp()}/logs`, 'events');
    expect(events.filter(({ event }) => event === 'log.error')).to.have.lengthOf.within(1, 200);
  });
});
