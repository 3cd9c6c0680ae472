import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { main } from '../../src/main.ts';
import { childEnv } from '../child-env.ts';
import { missing } from '../monitoring/foreign-program.ts';
import { useTempDir } from '../temp-dir.ts';
import { fakeTerminal } from './fake-terminal.ts';

describe('monitoring export', () => {
  const folder = useTempDir();
  const say = async (...args: readonly string[]) => {
    const terminal = fakeTerminal(['monitoring', 'export', '--data-dir', join(folder(), 'data'), ...args], {
      cwd: folder(),
    });
    return { code: await main(terminal), ...terminal.written };
  };
  const configure = (toml: string): Promise<void> => writeFile(join(folder(), 'callsheet.toml'), toml);
  const read = (...path: readonly string[]): Promise<string> => readFile(join(folder(), ...path), 'utf8');

  it('writes everything into the folder it is told, and says so', async () => {
    const { code, stdout, stderr } = await say('--out', 'ops');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const files = await readdir(join(folder(), 'ops'), { recursive: true, withFileTypes: true });
    const count = files.filter((file) => file.isFile()).length;
    expect(stdout).to.equal(
      `wrote ${count} files to ${join(folder(), 'ops')}; README.md there says what they are for\n`,
    );
    expect(await readdir(join(folder(), 'ops'))).to.include.members([
      ...['README.md', 'alertmanager.yml', 'grafana', 'prometheus.yml', 'rules', 'rules_test.yml'],
    ]);
    expect(await read('ops', 'prometheus.yml')).to.include('127.0.0.1:8081');
  });

  it('makes no data directory: it only writes what it is asked for', async () => {
    await say('--out', 'ops');
    expect(await readdir(folder())).to.deep.equal(['ops']);
  });

  it('leaves files alone that are there, unless it may replace them', async () => {
    await say('--out', 'ops');
    await writeFile(join(folder(), 'ops', 'prometheus.yml'), '# mine\n');
    const refused = await say('--out', 'ops');
    expect(refused).to.include({ code: 1, stdout: '' });
    expect(refused.stderr).to.include('prometheus.yml').and.include('would be replaced');
    expect(await read('ops', 'prometheus.yml')).to.equal('# mine\n');
    expect(await say('--out', 'ops', '--overwrite')).to.include({ code: 0, stderr: '' });
    expect(await read('ops', 'prometheus.yml')).to.not.equal('# mine\n');
  });

  it('has the addresses it is told, and the rules of the settings', async () => {
    await configure(`
[alerts]
availability = "99.9"
[alerts.rules.slow_films]
metric = "mcp.tools.duration.p95"
condition = "> 60"
by = ["tool"]
`);
    const { code, stderr } = await say(
      ...['--out', 'ops', '--url', 'https://gate.example:8443', '--bearer-file', '/etc/prometheus/callsheet.key'],
      ...['--prometheus', 'http://prometheus.example:9090', '--alertmanager', 'http://alerts.example:9093'],
      ...['--webhook', 'http://hooks.example/alerts', '--interval', '30'],
    );
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(await read('ops', 'prometheus.yml'))
      .to.include('gate.example:8443')
      .and.include('scheme: https')
      .and.include('/etc/prometheus/callsheet.key')
      .and.include('alerts.example:9093')
      .and.include('30s');
    expect(await read('ops', 'alertmanager.yml')).to.include('http://hooks.example/alerts');
    const [rules = ''] = await readdir(join(folder(), 'ops', 'rules'));
    expect(await read('ops', 'rules', rules))
      .to.include('slow_films')
      .and.include('availability');
    expect(await readdir(join(folder(), 'ops'))).to.include('objectives_test.yml');
  });

  for (const [what, toml, target] of [
    ['where the world finds the gateway', '[server]\npublic_url = "https://gate.example"\n', 'gate.example:443'],
    ['where it listens', '[server]\nhost = "192.0.2.7"\nport = 9000\n', '192.0.2.7:9000'],
    ['where it listens, whatever the family', '[server]\nhost = "::1"\nport = 9000\n', '[::1]:9000'],
  ] as const) {
    it(`takes the address from the settings: ${what}`, async () => {
      await configure(toml);
      expect(await say('--out', 'ops')).to.include({ code: 0 });
      expect(await read('ops', 'prometheus.yml')).to.include(target);
    });
  }

  for (const [args, says] of [
    [[], 'say where to, as --out ops'],
    [['--out', 'ops', '--port', '0'], 'the port is chosen at the start; say --url'],
    [['--out', 'ops', '--host', '0.0.0.0'], '"0.0.0.0", which is no address; say --url http://HOST:8081'],
    [['--out', 'ops', '--url', 'nowhere'], '"nowhere"; give an address such as "http://127.0.0.1:8081"'],
    [['--out', 'ops', '--url', 'http://ada:word@gate.example'], 'a password or a query'],
    [['--out', 'ops', '--interval', 'often'], '--interval is "often"; give seconds from 1 to 3600'],
    [['--out', 'ops', '--interval', '0'], 'give seconds from 1 to 3600'],
    [['--out', 'ops', '--everywhere'], '--everywhere'],
  ] as const) {
    it(`writes nothing for ${args.join(' ') || 'nobody'}`, async () => {
      const refused = await say(...args);
      expect(refused).to.include({ code: 2, stdout: '' });
      expect(refused.stderr).to.include(says).and.not.include('word@');
      expect(await readdir(folder())).to.deep.equal([]);
    });
  }

  it('may be told the address where the settings have none', async () => {
    const at = ['--url', 'http://gate.example:8081'];
    expect(await say('--out', 'one', ...at, '--port', '0')).to.include({ code: 0 });
    expect(await say('--out', 'other', ...at, '--host', '::')).to.include({ code: 0 });
  });

  it('says which rule cannot be written down, and writes nothing', async () => {
    await configure('[alerts.rules.mine]\nmetric = "mcp.no.such"\ncondition = "> 1"\n');
    const refused = await say('--out', 'ops');
    expect(refused).to.include({ code: 2, stdout: '' });
    expect(refused.stderr).to.include('[alerts.rules.mine]');
    expect(await readdir(folder())).to.deep.equal(['callsheet.toml']);
  });

  it('says so when the folder cannot be written to', async () => {
    await mkdir(join(folder(), 'in'));
    await writeFile(join(folder(), 'in', 'ops'), 'in the way');
    const refused = await say('--out', 'in/ops');
    expect(refused).to.include({ code: 1, stdout: '' });
    expect(refused.stderr).to.include('in/ops');
  });

  describe('for Prometheus', () => {
    before(function () {
      const why = missing('promtool');
      if (why === undefined) return;
      console.log(`    ${why}`);
      this.skip();
    });

    it('is what it can read, and its tests of the rules pass', async () => {
      await configure('[alerts]\navailability = "99.9"\n');
      await say('--out', 'ops');
      for (const words of [
        ['check', 'config', 'prometheus.yml'],
        ['test', 'rules', 'rules_test.yml', 'objectives_test.yml'],
      ]) {
        const cwd = join(folder(), 'ops');
        const { status, stdout, stderr } = spawnSync('promtool', words, { cwd, env: childEnv, encoding: 'utf8' });
        expect(status, `promtool ${words.join(' ')}\n${stdout}${stderr}`).to.equal(0);
      }
    });
  });
});
