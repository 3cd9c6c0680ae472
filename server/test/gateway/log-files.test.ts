import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { filesOf, linesOf } from '../../../monitoring/test/log/open-file.ts';
import { Peer } from '../doors/gateway-socket.ts';
import { useTempDir } from '../temp-dir.ts';
import { type Command, command } from './running.ts';

const KEY = 'a-key-of-my-own-with-enough-characters';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
const ROUNDS = 3;
const CALLS = 600;

interface Line {
  readonly metric: string;
  readonly tool: string;
  readonly requestId: string;
}

describe('the log files of a gateway', function () {
  this.timeout(90_000);
  const temp = useTempDir();
  const folder = (): string => join(temp(), 'logs');
  const running: Command[] = [];
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
  });

  async function start(): Promise<{ gateway: Command; peer: Peer }> {
    const gateway = command(['--port', '0', '--data-dir', temp()], {
      CALLSHEET_ADMIN_KEY: KEY,
      CALLSHEET_TOOLS_DIAGNOSTICS: 'true',
      CALLSHEET_RATE_CALLS: '10000000',
      CALLSHEET_LOG_MAX_FILE_BYTES: '65536',
      CALLSHEET_LOG_FILES_KEPT: '1000',
      CALLSHEET_LOG_METRICS_EVERY_S: '1',
      CALLSHEET_LOG_CALLS_ALONE_PER_S: '1000000',
    });
    running.push(gateway);
    const [, url = ''] = await gateway.says(/WebSocket {2}(ws:\S+)/);
    const peer = new Peer(url, { headers: { 'x-api-key': KEY } });
    await peer.opened;
    return { gateway, peer };
  }

  /** Calls whose names and arguments hold secrets: a tool there is, and one there is not. */
  function ask(peer: Peer, calls: number): void {
    for (let id = 1; id <= calls; id++) {
      const name = id % 10 === 0 ? KEY : 'diagnostics_echo';
      const params = {
        name,
        arguments: { message: `Bearer ${JWT}`, password: 'hunter2' },
        _meta: { idempotencyKey: JWT },
      };
      peer.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }));
    }
  }

  const calls = (): Line[] => linesOf<Line>(folder(), 'metrics').filter(({ metric }) => metric === 'tool_calls_total');

  /** Lines of calls that are whole by now: whoever looks while it is written, or after a kill, may see half of the next. */
  function whole(): number {
    try {
      const texts = filesOf(folder(), 'metrics').map((file) => readFileSync(join(folder(), file), 'utf8'));
      return texts.join('').split(/"metric":"tool_calls_total".*\n/).length - 1;
    } catch {
      // A file got its next name in between.
      return 0;
    }
  }

  it('hold whole lines and no secret, whenever it is killed', async () => {
    let before = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const { gateway, peer } = await start();
      ask(peer, CALLS);
      for (let call = 1; call <= CALLS; call++) await peer.hear();
      // Answered long enough ago that it must be on the disk: without a sleep, looked for until it is.
      while (whole() < before + CALLS) await new Promise(setImmediate);
      ask(peer, CALLS);
      for (let call = 1; call <= round * 100; call++) await peer.hear();
      gateway.child.kill('SIGKILL');
      expect(await gateway.exit).to.equal(null);
      before = whole();
    }
    const last = await start();
    last.gateway.child.kill('SIGTERM');
    expect(await last.gateway.exit).to.equal(0);
    const found = calls();
    expect(found.length).to.be.at.least(before);
    expect(new Set(found.map(({ requestId }) => requestId)).size).to.equal(found.length);
    expect(filesOf(folder(), 'metrics').length).to.be.above(3);
    expect(linesOf<{ event: string }>(folder(), 'events').some(({ event }) => event === 'connection.opened')).to.equal(
      true,
    );
    for (const file of readdirSync(folder())) {
      const text = readFileSync(join(folder(), file), 'utf8');
      for (const secret of [KEY, JWT, 'hunter2']) expect(text, file).to.not.include(secret);
    }
  });
});
