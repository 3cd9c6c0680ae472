import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { main } from '../../src/main.ts';
import { command } from '../gateway/running.ts';
import { useTempDir } from '../temp-dir.ts';
import { fakeTerminal } from './fake-terminal.ts';

const SECRET = 'the-secret-of-the-audit-trail-0000';

describe('callsheet-server audit verify', () => {
  const folder = useTempDir();
  const verify = async (env: Record<string, string> = {}, ...more: readonly string[]) => {
    const terminal = fakeTerminal(['audit', 'verify', '--data-dir', folder(), ...more], { cwd: folder(), env });
    return { code: await main(terminal), ...terminal.written };
  };

  it('says there is no trail, or no key, and makes neither', async () => {
    expect(await verify())
      .to.include({ code: 1 })
      .and.have.property('stderr')
      .match(/there is none in ".*audit"/);
    await mkdir(join(folder(), 'audit'));
    expect((await verify()).stderr).to.include('there is neither audit.secret nor');
    expect(await readFile(join(folder(), 'auth', 'audit-key')).catch(() => 'none')).to.equal('none');
  });

  it('finds a trail whole that a gateway signed with the secret the policy file names, and finds the edit in it', async () => {
    await writeFile(join(folder(), 'policy.yaml'), 'version: 1\naudit: { hmac_secret_env: MCP_TRAIL }\n');
    const env = { CALLSHEET_POLICY_FILE: join(folder(), 'policy.yaml'), MCP_TRAIL: SECRET };
    const gateway = command(['start', '--data-dir', folder(), '--port', '0'], env, folder());
    await gateway.says(/WebSocket/);
    gateway.child.kill();
    expect(await gateway.exit).to.equal(0);
    expect(await verify(env))
      .to.include({ code: 0, stderr: '' })
      .and.have.property('stdout')
      .match(/^whole: 3 lines/);
    const file = join(folder(), 'audit', 'audit-000001.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"gateway","action":"start"', '"gateway","action":"stort"'));
    const edited = await verify(env);
    expect(edited.code).to.equal(1);
    expect(edited.stderr).to.match(/^Cannot trust the audit trail: audit-000001\.jsonl, line 1: /);
    expect(JSON.parse((await verify(env, '--json')).stdout)).to.include({ ok: false, line: 1 });
  });
});
