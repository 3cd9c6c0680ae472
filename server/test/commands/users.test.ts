import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { PasswordHasher } from '../../src/auth/login/password-hasher.ts';
import { openTokens } from '../../src/auth/tokens/open.ts';
import type { Terminal } from '../../src/commands/command.ts';
import { readPassword } from '../../src/commands/read-password.ts';
import { tokenCommands } from '../../src/commands/tokens.ts';
import { userCommands } from '../../src/commands/users.ts';
import { main } from '../../src/main.ts';
import { forge } from '../auth/tokens/forge.ts';
import { FakeClock } from '../fake-clock.ts';
import { useTempDir } from '../temp-dir.ts';
import { type FakeTerminal, fakeTerminal } from './fake-terminal.ts';

const PASSWORD = 'correct horse battery';
const COMMANDS = [...userCommands, ...tokenCommands];

describe('users on the command line', () => {
  const folder = useTempDir();
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const say = async (stdin: string, ...args: readonly string[]) => {
    const terminal = { ...fakeTerminal([...args, '--data-dir', folder()]), stdin: Readable.from([stdin]) };
    return { code: await main(terminal, COMMANDS, clock), ...terminal.written };
  };
  const create = (name: string, ...more: readonly string[]) => say(`${PASSWORD}\n`, 'users', 'create', name, ...more);

  it('are made with a password from standard input, with the cost OWASP names, and listed without it', async () => {
    const made = await create('Ada', '--role', 'admin', '--password-stdin');
    expect(made).to.deep.include({ code: 0, stderr: '' });
    const id = /^made ada \((usr_[\w-]{22})\)\n$/.exec(made.stdout)?.[1] ?? expect.fail(made.stdout);
    const [stored] = JSON.parse(await readFile(join(folder(), 'auth', 'users.json'), 'utf8')) as [{ hash: string }];
    expect(stored.hash).to.match(/^\$scrypt\$ln=17,r=8,p=1\$/);
    expect(await new PasswordHasher().check(PASSWORD, stored.hash)).to.deep.equal({ right: true, outdated: false });
    expect((await say('', 'users', 'list')).stdout).to.equal(
      'NAME  STATUS  ROLE   CREATED           CHANGED           ID\n' +
        `ada   active  admin  2026-01-01T00:00  2026-01-01T00:00  ${id}\n`,
    );
    expect((await say('', 'users', 'list', '--json')).stdout)
      .to.contain(id)
      .and.not.contain('hash');

    expect(await say('', 'users', 'disable', 'ada')).to.deep.equal({
      code: 0,
      stdout: 'ada is disabled\n',
      stderr: '',
    });
    expect((await say('', 'users', 'list')).stdout).to.contain('disabled');
    expect((await say('', 'users', 'enable', 'ada')).stdout).to.equal('ada may log in again\n');
    expect((await say('', 'users', 'sign-out', 'ada')).stdout).to.equal('ada is signed out\n');
    const changed = await say('another long password\n', 'users', 'set-password', 'ada');
    expect(changed).to.deep.include({ code: 0, stdout: 'ada has a new password\n' });
    const revoked = await readFile(join(folder(), 'auth', 'revoked.json'), 'utf8');
    expect(revoked).to.contain(id);
  });

  for (const [stdin, args, says] of [
    ['', ['create', 'ada'], 'the first line of standard input is empty'],
    ['\nsecond line\n', ['create', 'ada'], 'the first line of standard input is empty'],
    ['short\n', ['create', 'ada'], '5 characters'],
    ['x'.repeat(5000), ['create', 'ada'], 'more than 4096 bytes'],
    [`${PASSWORD}\n`, ['create', 'a b'], 'Cannot use "a b"'],
    [`${PASSWORD}\n`, ['create', 'ada', '--role', 'king'], '"king"'],
    ['', ['disable', 'nobody'], 'Cannot change the user "nobody"'],
  ] as const) {
    it(`are not made or changed by ${args.join(' ')} with ${JSON.stringify(stdin.slice(0, 20))}`, async () => {
      const refused = await say(stdin, 'users', ...args);
      expect(refused).to.deep.include({ code: 1, stdout: '' });
      expect(refused.stderr).to.contain(says).and.not.contain(PASSWORD);
      expect((await say('', 'users', 'list', '--json')).stdout).to.equal('[]\n');
    });
  }

  it('take no password as an argument', async () => {
    expect((await create('ada', '--password', PASSWORD)).code).to.equal(2);
    expect((await create('ada', PASSWORD)).code).to.equal(2);
  });
});

describe('a password typed at a keyboard', () => {
  /** What a person types, key by key, and whether it is shown. */
  function keyboard(...lines: readonly string[]) {
    const modes: boolean[] = [];
    const keys = Object.assign(new EventEmitter(), {
      isTTY: true,
      setRawMode: (raw: boolean) => void modes.push(raw),
      pause: () => {},
      resume: () => setImmediate(() => keys.emit('data', Buffer.from(lines[modes.length === 1 ? 0 : 1] ?? ''))),
    });
    const terminal: FakeTerminal = fakeTerminal([]);
    const stdin = keys as unknown as Terminal['stdin'];
    return { modes, terminal: { ...terminal, stdin } };
  }
  const read = (terminal: Terminal): Promise<string> => readPassword(terminal).catch((error: Error) => error.message);

  it('is asked for twice, not shown, and can be mended', async () => {
    const { terminal, modes } = keyboard('correcd\u007ft horse\r', 'correct horse\n');
    expect(await read(terminal)).to.equal('correct horse');
    expect(terminal.written.stderr).to.equal('Password: \nThe same again: \n');
    expect(modes).to.deep.equal([true, false, true, false]);
  });

  it('is refused when the second was another', async () => {
    expect(await read(keyboard('correct horse\r', 'correct house\r').terminal)).to.contain('not the same');
  });

  it('leaves the keyboard as it was when it is interrupted', async () => {
    const { terminal, modes } = keyboard('corr\u0003');
    expect(await read(terminal)).to.contain('interrupted');
    expect(modes).to.deep.equal([true, false]);
  });
});

describe('tokens on the command line', () => {
  const folder = useTempDir();
  const clock = new FakeClock(Date.UTC(2026, 0, 1));
  const say = async (...args: readonly string[]) => {
    const terminal = fakeTerminal([...args, '--data-dir', folder()]);
    return { code: await main(terminal, COMMANDS, clock), ...terminal.written };
  };
  const gateway = (jwtKeys = {}) =>
    openTokens(
      {
        ...{ jwtIssuer: 'callsheet', jwtAudience: 'callsheet', jwtKeys },
        ...{ jwtMaxLifetimeS: 86_400, jwtToleranceS: 5, accessTtlS: 900 },
      },
      { dataDir: folder(), clock, isRole: () => true },
    );

  it('are issued for a gateway of the same folder, and revoked one by one', async () => {
    const words = ['--role', 'viewer', '--scope', 'tools:read', '--scope', 'get_*', '--expires-in-s', '60'];
    const { code, stdout, stderr } = await say('tokens', 'issue', 'ci', ...words);
    expect(code).to.equal(0);
    const identity = (await gateway()).verifier.identify(stdout.trim());
    expect(identity?.principal).to.deep.equal({ id: 'user:ci', role: 'viewer', scopes: ['tools:read', 'get_*'] });
    expect(stderr).to.equal(`${identity?.credential} is good until 2026-01-01T00:01:00.000Z\n`);
    expect((await say('tokens', 'revoke', identity?.credential ?? '')).stdout).to.equal(
      `revoked ${identity?.credential}\n`,
    );
    expect((await gateway()).verifier.identify(stdout.trim())).to.equal(undefined);
    expect((await say('tokens', 'revoked')).stdout).to.contain(identity?.credential);
  });

  it('are revoked all at once for a subject, who may be given new ones', async () => {
    const [before, other] = [await say('tokens', 'issue', 'ci'), await say('tokens', 'issue', 'cd')];
    await say('tokens', 'revoke-all', 'ci');
    const after = await say('tokens', 'issue', 'ci');
    const { verifier } = await gateway();
    const good = [before, other, after].map(({ stdout }) => verifier.identify(stdout.trim()) !== undefined);
    expect(good).to.deep.equal([false, true, true]);
    expect((await say('tokens', 'revoked')).stdout).to.match(/subject {2}ci {4}all until 2026-01-01T00:00:00/);
  });

  it('of another issuer are revoked by the name the trail has them under', async () => {
    const partner = { alg: 'HS256', secret: 'x'.repeat(32), issuer: 'https://id.example' };
    const times = { iat: clock.now() / 1000, exp: clock.now() / 1000 + 60 };
    const claims = { iss: partner.issuer, aud: 'callsheet', sub: 'ci', jti: 'a', role: 'user', ...times };
    const token = forge({ alg: 'HS256', kid: 'partner', typ: 'JWT' }, claims, partner.secret);
    const identify = async (): Promise<string | undefined> =>
      (await gateway({ partner })).verifier.identify(token)?.principal.id;
    await say('tokens', 'revoke-all', 'ci');
    const principal = (await identify()) ?? expect.fail('our own ci is somebody else');
    await say('tokens', 'revoke-all', principal.slice('user:'.length));
    expect(await identify()).to.equal(undefined);
  });

  for (const [args, code, says] of [
    [['issue', 'ci', '--role', 'king'], 1, '"king"'],
    [['issue', 'ci', '--expires-in-s', '86401'], 2, '1 to 86400'],
    [['issue', 'ci', '--expires-in-s', 'soon'], 2, '"soon"'],
    [['issue', 'c\ni'], 1, 'is not what a token may carry'],
    [['issue', 'ci', '--scope', 'a b c', '--scope', ''], 1, 'is not what a token may carry'],
  ] as const) {
    it(`are not issued by ${JSON.stringify(args.join(' '))}`, async () => {
      const refused = await say('tokens', ...args);
      expect(refused).to.deep.include({ code, stdout: '' });
      expect(refused.stderr).to.contain(says);
    });
  }
});
