/**
 * A process that refreshes a session until somebody kills it: `killed-login.ts <data directory> <diary> <token>`. Every
 * refresh token it was answered it writes into a diary that survives it.
 */
import { appendFileSync } from 'node:fs';
import { RefreshTokens } from '../../../src/auth/login/refresh-tokens.ts';
import { systemClock } from '../../../src/clock.ts';
import { openEmbeddedEngine } from '../../../src/engine/embedded/open.ts';
import { keptLog } from '../../kept-log.ts';

const [dataDir = '', diary = '', first = ''] = process.argv.slice(2);

const engine = await openEmbeddedEngine({ dataDir, log: keptLog() });
const refreshTokens = new RefreshTokens({ engine, clock: systemClock, ttlMs: 604_800_000 });
const access = { jti: 'token', expiresAt: Date.now() + 900_000 };

let token = first;
for (let refreshes = 1; ; refreshes++) {
  const rotation = await refreshTokens.rotate(token, access);
  if (rotation.outcome !== 'rotated') throw new Error(`${rotation.outcome}: ${token}`);
  token = rotation.token;
  appendFileSync(diary, `${token}\n`);
  // From here on there is enough in the diary to learn from.
  if (refreshes === 3) process.stdout.write('running\n');
}
