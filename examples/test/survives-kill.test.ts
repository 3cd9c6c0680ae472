import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createClient, type JobEvent, type NodeClient } from '@callsheet/sdk-node';
import { expect } from 'chai';
import { hears, start } from './process.ts';

const KEY = 'a-key-for-a-gateway-that-gets-killed';
const TEXT = new URL('../first-video/reef.txt', import.meta.url);
const BIN = 'server/src/bin.ts';

describe('a gateway that is killed', function () {
  this.timeout(240_000);
  let folder: string;
  let gateway: ChildProcess;
  let port = '0';
  const clients: NodeClient[] = [];

  /** Starts the gateway on the same folder and, after the first time, the same port. */
  async function up(): Promise<string> {
    gateway = start(BIN, ['--port', port, '--data-dir', folder], {
      CALLSHEET_ADMIN_KEY: KEY,
      CALLSHEET_LOG_LEVEL: 'silent',
    });
    gateway.stderr?.resume();
    const [, url = ''] = await hears(gateway, /WebSocket {2}(ws:\S+)/);
    gateway.stdout?.resume();
    port = new URL(url).port;
    return url;
  }

  async function kill(): Promise<void> {
    const gone = once(gateway, 'exit');
    gateway.kill('SIGKILL');
    await gone;
  }

  const client = async (url: string): Promise<NodeClient> => {
    const made = createClient({ url, auth: { type: 'apiKey', apiKey: KEY } });
    clients.push(made);
    await made.connect();
    return made;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-killed-'));
    port = '0';
  });
  afterEach(async () => {
    for (const one of clients.splice(0)) await one.close();
    await kill();
    await rm(folder, { recursive: true, force: true });
  });

  const video = async (resolution: string): Promise<object> => ({
    video_subject: 'Why coral reefs matter',
    source_text: await readFile(TEXT, 'utf8'),
    resolution,
    quality: 'draft',
  });

  /** The stages a job told of, in the order of their first word. */
  const stagesOf = (events: readonly JobEvent[]): string[] => [
    ...new Set(events.flatMap((event) => (event.type === 'progress' ? [event.data.stage] : []))),
  ];

  it('in the middle of a render completes the job after a restart, finished stages not done again', async () => {
    const url = await up();
    const job = await (await client(url)).submit('create_video', await video('720p'));
    const events: JobEvent[] = [];
    let killed: Promise<void> | undefined;
    let killedAt = 0;
    for await (const event of job) {
      events.push(event);
      const rendering =
        event.type === 'progress' && event.data.stage === 'render' && (event.data.stageProgress ?? 0) > 0.1;
      if (killed === undefined && rendering) {
        killedAt = events.length;
        killed = kill().then(async () => {
          await up();
        });
      }
    }
    await killed;
    expect(job.state).to.equal('completed');
    expect(events.map((event) => event.seq)).to.deep.equal(events.map((_event, index) => index + 1));
    const after = events.slice(killedAt);
    const attempts = after.flatMap((event) => (event.type === 'state' ? [`${event.state} ${event.job.attempt}`] : []));
    expect(attempts).to.deep.equal(['queued 1', 'in_progress 2', 'completed 2']);
    expect(stagesOf(events)).to.include.members(['voice', 'music', 'mix', 'render']);
    const result = (await job.result()) as { video: { url: string; parents: string[] } };
    expect((await fetch(result.video.url)).status).to.equal(200);
    // Had a finished stage been done again, its remembered result would have a second file beside it.
    const stored = await kindsStoredBy(job.id);
    expect(stored.filter((kind) => kind === 'audio')).to.have.length(3);
    expect(stored.filter((kind) => kind === 'video')).to.have.length(1);
  });

  it('twenty times in a row loses nothing, and a client that comes back sees every event once, in order', async () => {
    const url = await up();
    const first = await connect({ url, auth: { type: 'apiKey', apiKey: KEY } });
    const job = await first.submit('create_video', await video('720p'));
    await first.close();
    let interrupted = 0;
    const seen: number[] = [];
    let pause = 40;
    for (let round = 0; round < 20; round++) {
      const reader = await client(url);
      const watched = reader.job(job.id, { fromSeq: (seen.at(-1) ?? 0) + 1 });
      const deaths = new AbortController();
      const timer = setTimeout(() => deaths.abort(), pause);
      deaths.signal.addEventListener('abort', () => void kill().then(() => watched.detach()));
      pause = (pause * 37) % 911;
      for await (const event of watched) seen.push(event.seq);
      clearTimeout(timer);
      if (!deaths.signal.aborted) await kill();
      if (watched.state !== 'completed') interrupted += 1;
      await reader.close();
      clients.splice(0);
      await up();
    }
    const last = await client(url);
    const watched = last.job(job.id, { fromSeq: (seen.at(-1) ?? 0) + 1 });
    for await (const event of watched) seen.push(event.seq);
    const { job: end } = await watched.status();
    expect(end.status).to.equal('completed');
    expect(interrupted, 'kills of an unfinished job').to.equal(20);
    expect(seen).to.deep.equal(Array.from({ length: end.lastSeq }, (_value, index) => index + 1));
  });

  /** The kinds of the files the gateway stored for a job, read from its records on disk. */
  async function kindsStoredBy(jobId: string): Promise<string[]> {
    const records = join(folder, 'media', '.records');
    const names = (await readdir(records, { recursive: true })).filter((name) => name.endsWith('.json'));
    const texts = await Promise.all(names.map((name) => readFile(join(records, name), 'utf8')));
    const stored = texts.map((text) => JSON.parse(text) as { job_id?: string; kind: string });
    return stored.filter((record) => record.job_id === jobId).map((record) => record.kind);
  }
});
