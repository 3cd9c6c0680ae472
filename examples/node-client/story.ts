// What a program does with a gateway: typed calls, what the cache saves, many calls at once, a job that outlives its
// program, a file. Starts a gateway of its own; asserts, and ends with an error when anything is otherwise.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, RpcClientError } from '@callsheet/sdk-node';
import { startGateway } from '@callsheet/server';
import type { GenerateMusicOutput, Tools } from './tools.d.ts';

const folder = await mkdtemp(join(tmpdir(), 'callsheet-node-client-'));
const gateway = await startGateway({ server: { port: 0, data_dir: folder }, log: { level: 'error' } });
// Elsewhere these stand in the environment.
const environment = { CALLSHEET_URL: gateway.url, CALLSHEET_API_KEY: gateway.firstKey ?? '' };
// The names of tools and the shapes of what they take and give: npx callsheet types --out tools.d.ts
const client = await connect<Tools>({}, environment);

try {
  await typedCall();
  await cachedCall();
  await batchOfCalls();
  await jobOfAnotherProcess();
} finally {
  await client.close();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
}

async function typedCall() {
  const call = client.tools.generate_video_script({
    video_subject: 'Why coral reefs matter',
    source_text: 'Reefs cover less than one percent of the ocean floor. They shelter a quarter of all sea creatures.',
  });
  const { script, method } = await call;
  assert.match(script, /^Reefs cover/);
  console.log(`a script, ${method}, ${(await call.settled()).attempts} attempt`);

  // Failures have a code to switch on, and say what could not be done.
  const wrong = await client.tools.generate_video_script({ video_subject: '' }).catch((error: unknown) => error);
  assert(RpcClientError.is(wrong));
  console.log(`an empty subject: ${wrong.code}`);
}

async function cachedCall() {
  // The catalogue says which answers may be kept, and how long.
  await client.catalog();
  const first = await client.tools.list_voices({}).settled();
  const second = await client.tools.list_voices({}).settled();
  console.log(`the voices, ${first.cache} and ${second.cache}`);
  assert.deepEqual([first.cache, second.cache], ['miss', 'hit']);
}

async function batchOfCalls() {
  const [script, voices] = await client.batch([
    { tool: 'generate_video_script', args: { video_subject: 'Tides', source_text: 'The moon pulls the sea.' } },
    { tool: 'list_voices', args: { language: 'en' } },
  ]);
  console.log(`a batch: ${script.word_count} words for ${voices.voices.length} voices`);
  assert(script.word_count > 0 && voices.voices.length > 0);
}

async function jobOfAnotherProcess() {
  const file = fileURLToPath(new URL('submit.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', file], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [id] = await once(child.stdout, 'data');
  child.kill('SIGKILL');

  // Another process takes the job up by its id and hears everything from the beginning.
  const job = client.job<GenerateMusicOutput>(String(id).trim());
  let events = 0;
  let progress = 0;
  for await (const event of job) {
    assert.equal(event.seq, ++events);
    if (event.type !== 'progress') continue;
    assert(event.progress >= progress);
    progress = event.progress;
  }
  const { asset, duration } = await job.result();
  assert.equal(duration, 20);
  assert.equal(progress, 1);
  console.log(`music of ${duration} s from a process that is gone, every event once`);

  assert(asset);
  const to = join(folder, 'calm.wav');
  await client.download(asset, { to });
  assert.equal((await stat(to)).size, asset.bytes);
  console.log('downloaded, checked against its hash');
}
