import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { KeyView } from '../../src/auth/key-admin.ts';
import { keyFile } from '../../src/auth/key-store.ts';
import { main } from '../../src/main.ts';
import { FakeClock } from '../fake-clock.ts';
import { useTempDir } from '../temp-dir.ts';
import { fakeTerminal } from './fake-terminal.ts';

describe('keys on the command line', () => {
  const folder = useTempDir();
  let clock: FakeClock;
  const say = async (...args: readonly string[]) => {
    const terminal = fakeTerminal([...args, '--data-dir', folder()]);
    return { code: await main(terminal, undefined, clock), ...terminal.written };
  };
  const make = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await say('keys', 'create', ...args);
    return /^csk_\w+_(\w{8})_\w{49}\n$/.exec(stdout)?.[1] ?? '';
  };
  const listed = async (): Promise<readonly KeyView[]> => JSON.parse((await say('keys', 'list', '--json')).stdout);

  beforeEach(() => {
    clock = new FakeClock(Date.UTC(2026, 0, 1));
  });

  it('are made as wished, printed alone and listed without their secret', async () => {
    const kid = await make(
      ...['--name', 'eve', '--role', 'viewer', '--scope', 'tools:read', '--scope', 'get_*', '--expires-in-days', '30'],
      ...['--origin', 'https://a.example', '--principal', 'team:render', '--environment', 'test'],
    );
    expect(await listed()).to.deep.equal([
      {
        ...{ kid, name: 'eve', role: 'viewer', principal: 'team:render', scopes: ['tools:read', 'get_*'] },
        ...{ allowedOrigins: ['https://a.example'], environment: 'test', status: 'active' },
        ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-31T00:00:00.000Z' },
      },
    ]);
    expect((await say('keys', 'list')).stdout).to.equal(
      'KID       STATUS  ROLE    SCOPES            CREATED           EXPIRES           LAST USED  NAME\n' +
        `${kid}  active  viewer  tools:read,get_*  2026-01-01T00:00  2026-01-31T00:00  -          eve\n`,
    );
  });

  it('say beside the first one which folder it is good for: the gateway may have another', async () => {
    const first = await say('keys', 'create', '--role', 'worker');
    expect(first.stderr).to.match(
      /^This is the first key in "\/.*"; a gateway with another data_dir knows nothing of it\n$/,
    );
    expect(first.stdout).to.match(/^csk_live_\w+\n$/);
    expect((await say('keys', 'create', '--role', 'worker')).stderr).to.equal('');
  });

  it('are rotated: the new key alone on standard output, the end of the old one beside it', async () => {
    const kid = await make('--expires-in-days', '30');
    const { code, stdout, stderr } = await say('keys', 'rotate', kid, '--grace-hours', '2');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^csk_live_\w+\n$/);
    expect(stderr).to.equal(`${kid} stops working at 2026-01-01T02:00:00.000Z\n`);
    expect((await say('keys', 'list')).stdout).to.match(new RegExp(`^${kid}  retiring .* 2026-01-01T02:00  -`, 'm'));
    clock.advance(7_200_000);
    expect((await listed()).map(({ status }) => status)).to.deep.equal(['expired', 'active']);
  });

  it('may have a role of the policy file, and none when that is damaged', async () => {
    const [settings, policy] = [join(folder(), 'callsheet.toml'), join(folder(), 'policy.yaml')];
    await writeFile(settings, `[policy]\nfile = "${policy}"\n`);
    await writeFile(policy, 'version: 1\nroles:\n  grip: { allow: ["get_*"] }\n');
    expect(await make('--role', 'grip', '--config', settings)).to.have.length(8);
    expect(await say('keys', 'create', '--role', 'gaffer', '--config', settings)).to.deep.include({
      code: 1,
      stdout: '',
    });
    await writeFile(policy, 'version: 1\nroles: 7\n');
    const damaged = await say('keys', 'create', '--role', 'grip', '--config', settings);
    expect(damaged).to.deep.include({ code: 2, stdout: '' });
    expect(damaged.stderr).to.contain('policy.yaml');
  });

  it('are revoked', async () => {
    const kid = await make();
    expect(await say('keys', 'revoke', kid)).to.deep.equal({ code: 0, stdout: `revoked ${kid}\n`, stderr: '' });
    expect((await listed()).map(({ status }) => status)).to.deep.equal(['revoked']);
  });

  for (const [args, code, says] of [
    [['create', '--role', 'king'], 1, '"king"'],
    [['create', '--scope', 'tools:write'], 1, '"tools:write"'],
    [['create', '--origin', 'a.example'], 1, '"a.example"'],
    [['create', '--expires-in-days', '0'], 1, 'whole days'],
    [['create', '--expires-in-days', 'soon'], 2, '"soon"'],
    [['create', '--environment', 'prod'], 2, '"prod"'],
    [['rotate', 'nobody00'], 1, '"nobody00"'],
    [['rotate', 'nobody00', '--grace-hours', '-1'], 2, '--grace-hours'],
    [['rotate', 'nobody00', '--grace-hours', '9999'], 1, '90 days'],
    [['revoke', 'nobody00'], 1, '"nobody00"'],
  ] as const) {
    it(`are left alone by ${args.join(' ')}`, async () => {
      await make();
      const before = await listed();
      const refused = await say('keys', ...args);
      expect(refused).to.deep.include({ code, stdout: '' });
      expect(refused.stderr).to.contain(says);
      expect(await listed()).to.deep.equal(before);
    });
  }

  it('of names nobody checked do not move the cursor', async () => {
    await make();
    const file = keyFile(folder());
    await writeFile(file, (await readFile(file, 'utf8')).replace('unnamed', '\\u001b[2J'));
    expect((await listed())[0]?.name).to.equal('\u001b[2J');
    expect((await say('keys', 'list')).stdout).to.not.contain('\u001b');
  });
});
