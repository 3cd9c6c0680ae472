import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Peer } from '../doors/gateway-socket.ts';
import { type Command, command } from './running.ts';

describe('callsheet-server', () => {
  let folder: string;
  const running: Command[] = [];
  const start = (...args: Parameters<typeof command>): Command => {
    const started = command(...args);
    running.push(started);
    return started;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-command-'));
  });
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('prints its address and the first key once, serves, and goes down well at SIGTERM', async () => {
    const first = start(['start', '--port', '0', '--data-dir', folder]);
    const [, url = ''] = await first.says(/WebSocket {2}(ws:\S+)/);
    const [, key = ''] = await first.says(/(csk_live_\S+)\n/);
    const peer = new Peer(url, { headers: { authorization: `Bearer ${key}` } });
    const answer = (await peer.say({ jsonrpc: '2.0', id: 1, method: 'server/health' })) as { result: object };
    expect(answer.result).to.include({ status: 'ok', connections: 1 });
    const closed = peer.closed;
    first.child.kill('SIGTERM');
    expect(await peer.hear()).to.deep.include({ method: 'session/draining' });
    expect((await closed).code).to.equal(1012);
    expect(await first.exit).to.equal(0);

    const second = start(['--port', '0', '--data-dir', folder]);
    const [, again = ''] = await second.says(/WebSocket {2}(ws:\S+)/);
    expect(second.output().stdout).to.not.contain('csk_');
    const back = new Peer(again, { headers: { authorization: `Bearer ${key}` } });
    expect(await back.say({ jsonrpc: '2.0', id: 1, method: 'ping' })).to.have.property('result');
    expect(second.output().stderr).to.not.contain(key);
  });

  it('takes the admin key it is given and prints none', async () => {
    const key = 'a-key-of-my-own-with-enough-characters';
    const { says, output } = start(['--port', '0', '--data-dir', folder], { CALLSHEET_ADMIN_KEY: key });
    const [, url = ''] = await says(/WebSocket {2}(ws:\S+)/);
    const peer = new Peer(url, { headers: { 'x-api-key': key } });
    expect(await peer.say({ jsonrpc: '2.0', id: 1, method: 'ping' })).to.have.property('result');
    expect(output().stdout + output().stderr).to.not.contain(key);
  });

  it('refuses a data directory another gateway uses, and says so', async () => {
    await start(['--port', '0', '--data-dir', folder]).says(/serving/);
    const second = start(['--port', '0', '--data-dir', folder]);
    expect(await second.exit).to.equal(1);
    expect(second.output().stderr).to.contain(folder);
  });

  it('refuses to listen beyond this machine without a key', async () => {
    const { exit, output } = start(['--host', '0.0.0.0', '--port', '0', '--data-dir', folder]);
    expect(await exit).to.equal(1);
    expect(output().stderr).to.contain('CALLSHEET_ADMIN_KEY');
  });

  it('tells everything that is wrong with the settings and ends with 2', async () => {
    const file = join(folder, 'callsheet.toml');
    await writeFile(file, '[server]\nport = "high"\n[jobz]\nx = 1\n');
    const { exit, output } = start(['--config', file]);
    expect(await exit).to.equal(2);
    expect(output().stderr).to.contain('server.port').and.to.contain('jobz').and.to.contain(file);
  });

  it('prints the effective settings with secrets masked', async () => {
    const env = { CALLSHEET_ADMIN_KEY: 'a-key-of-my-own-with-enough-characters', CALLSHEET_PORT: '9999' };
    const { exit, output } = start(['config', 'print'], env, folder);
    expect(await exit).to.equal(0);
    expect(output().stdout)
      .to.match(/port = 9999 # CALLSHEET_PORT/)
      .and.not.contain(env.CALLSHEET_ADMIN_KEY);
  });

  it('makes a key a running gateway takes, and closes its connections when it is revoked', async () => {
    const served = start(['start', '--port', '0', '--data-dir', folder], { CALLSHEET_LOG_LEVEL: 'silent' });
    const [, url = ''] = await served.says(/WebSocket {2}(ws:\S+)/);
    const made = start(['keys', 'create', '--data-dir', folder, '--name', 'eve', '--role', 'viewer']);
    const [key = '', kid = ''] = await made.says(/csk_live_(\w{8})_\w+/);
    const peer = await untilTaken(url, key);
    const closed = peer.closed;
    expect(await start(['keys', 'revoke', kid, '--data-dir', folder]).exit).to.equal(0);
    expect(await closed)
      .to.include({ code: 4401 })
      .and.have.property('reason')
      .that.contains('revoked');
    const listed = start(['keys', 'list', '--data-dir', folder]);
    expect(await listed.exit).to.equal(0);
    expect(listed.output().stdout)
      .to.match(new RegExp(`^${kid} {2}revoked {2}viewer`, 'm'))
      .and.not.contain(key);
  });

  it('puts a new key in the place of another, whose connections end with its grace', async () => {
    const served = start(['start', '--port', '0', '--data-dir', folder], { CALLSHEET_LOG_LEVEL: 'silent' });
    const [, url = ''] = await served.says(/WebSocket {2}(ws:\S+)/);
    const made = start(['keys', 'create', '--data-dir', folder]);
    const [key = '', kid = ''] = await made.says(/csk_live_(\w{8})_\w+/);
    const peer = await untilTaken(url, key);
    const closed = peer.closed;
    const rotated = start(['keys', 'rotate', kid, '--grace-hours', '0', '--data-dir', folder]);
    const [next = ''] = await rotated.says(/csk_live_\w+/);
    expect((await closed).code).to.equal(4401);
    expect(await (await untilTaken(url, next)).say({ jsonrpc: '2.0', id: 1, method: 'ping' })).to.have.property(
      'result',
    );
    expect(await rotated.exit).to.equal(0);
    expect(rotated.output().stderr).to.contain(kid);
  });

  it('refuses a key for a role that is not there, and to revoke what is not', async () => {
    const odd = start(['keys', 'create', '--data-dir', folder, '--role', 'king']);
    expect(await odd.exit).to.equal(1);
    expect(odd.output().stderr).to.contain('"king"').and.to.contain('viewer');
    expect(await start(['keys', 'revoke', 'nobody00', '--data-dir', folder]).exit).to.equal(1);
    expect(await start(['keys', 'revoke', '--data-dir', folder]).exit).to.equal(2);
  });

  it('answers --help and --version, and refuses unknown words', async () => {
    const help = start(['--help']);
    expect(await help.exit).to.equal(0);
    expect(help.output().stdout).to.contain('config print');
    const version = start(['--version']);
    expect(await version.exit).to.equal(0);
    expect(version.output().stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    expect(await start(['dance']).exit).to.equal(2);
    expect(await start(['--port']).exit).to.equal(2);
  });
});

/** A connection with a key that the gateway may still have to hear of. */
async function untilTaken(url: string, key: string): Promise<Peer> {
  for (;;) {
    const peer = new Peer(url, { headers: { authorization: `Bearer ${key}` } });
    const opened = await peer.opened.then(
      () => true,
      () => false,
    );
    if (opened) return peer;
  }
}
