// Two workers dial in, one of them is killed while it is called, the other one is drained: no call fails until nobody is left.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, RpcClientError } from '@callsheet/sdk-node';
import { startGateway } from '@callsheet/server';

const folder = await mkdtemp(join(tmpdir(), 'callsheet-workers-'));
const gateway = await startGateway({
  server: { port: 0, data_dir: folder },
  log: { level: 'error' },
  rate: { burst: 1_000 },
});
interface Tools {
  count_words: { input: { text: string }; output: { words: number; by: number } };
}
const admin = await connect<Tools>({ url: gateway.url, auth: { type: 'apiKey', apiKey: gateway.firstKey ?? '' } });

const workers: ChildProcess[] = [];

/** A worker of its own process, with a key that can do nothing but offer this one tool. */
async function startWorker(name: string) {
  const { key } = await admin.request<{ key: string }>('keys/create', {
    ...{ role: 'worker', name },
    scopes: ['services/*', 'work/*', 'offer/count_words'],
  });
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=source', fileURLToPath(new URL('worker.ts', import.meta.url)), name],
    {
      env: { ...process.env, CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: key },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  workers.push(child);
  await once(child.stdout, 'data');
  return child;
}

const count = () => admin.tools.count_words({ text: 'who counts these five words' });

try {
  const [first, second] = await Promise.all([startWorker('first'), startWorker('second')]);
  const asked = await Promise.all(Array.from({ length: 20 }, count));
  console.log(`20 calls, answered by ${new Set(asked.map(({ by }) => by)).size} processes`);

  const rounds = Array.from({ length: 200 }, async (_, index) => {
    if (index === 20) first.kill('SIGKILL');
    return await count();
  });
  const answers = await Promise.all(rounds);
  console.log(
    `${answers.length} calls while one of them is killed, ${answers.filter(({ words }) => words !== 5).length} failed`,
  );

  second.kill('SIGTERM');
  await once(second, 'exit');
  const alone = await count().then(
    () => 'an answer from nobody',
    (error: unknown) => (error instanceof RpcClientError ? `${error.code}, retryable: ${error.retryable}` : error),
  );
  console.log(`and with nobody left: ${alone}`);
} finally {
  for (const worker of workers) worker.kill('SIGKILL');
  await admin.close();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
}
