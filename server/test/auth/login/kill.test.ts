import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { RefreshTokens } from '../../../src/auth/login/refresh-tokens.ts';
import { systemClock } from '../../../src/clock.ts';
import { openEmbeddedEngine } from '../../../src/engine/embedded/open.ts';
import { childEnv } from '../../child-env.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';

const KILLS = 6;
const SCRIPT = fileURLToPath(new URL('killed-login.ts', import.meta.url));

describe('refresh tokens of a gateway that is killed with SIGKILL', () => {
  const directory = useTempDir();
  const dataDir = (): string => join(directory(), 'data');
  const access = { jti: 'token', expiresAt: Date.now() + 900_000 };

  async function opened<T>(work: (refreshTokens: RefreshTokens) => Promise<T>): Promise<T> {
    const engine = await openEmbeddedEngine({ dataDir: dataDir(), log: keptLog() });
    try {
      return await work(new RefreshTokens({ engine, clock: systemClock, ttlMs: 604_800_000 }));
    } finally {
      engine.close();
    }
  }

  it(`are never lost and never good twice, after ${KILLS} kills`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const diary = join(directory(), `diary-${kill}`);
      const first = await opened((tokens) => tokens.begin({ user: 'usr_1', startedAt: Date.now() }, access));
      const node = ['--import', 'tsx', '--conditions=source', '--disable-warning=ExperimentalWarning', SCRIPT];
      const child = spawn(process.execPath, [...node, dataDir(), diary, first], {
        env: childEnv,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      await Promise.race([once(child.stdout ?? expect.fail(), 'data'), exited]);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      child.kill('SIGKILL');
      expect(await exited).to.deep.equal([null, 'SIGKILL']);

      const answered = readFileSync(diary, 'utf8').trimEnd().split('\n');
      expect(answered.length).to.be.at.least(3);
      await opened(async (tokens) => {
        for (const token of answered)
          expect(tokens.sessionOf(token), 'an answered token is known').to.include({ user: 'usr_1' });
        const last = await tokens.rotate(answered.at(-1) ?? '', access);
        // The kill may have come between the commit and the answer: then the last one we heard of is spent.
        expect(last.outcome).to.be.oneOf(['rotated', 'reused']);
        const spent = await tokens.rotate(answered.at(-2) ?? '', access);
        expect(spent.outcome).to.equal(last.outcome === 'rotated' ? 'reused' : 'refused');
        const after = last.outcome === 'rotated' ? await tokens.rotate(last.token, access) : undefined;
        expect(after?.outcome).to.be.oneOf([undefined, 'refused']);
      });
    }
  });
});
