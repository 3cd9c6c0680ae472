import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Command, command } from '../../../server/test/gateway/running.ts';
import { ChildProgram, type Ended, source } from '../child-program.ts';
import { compile } from '../types/compile.ts';

/** Never run: what the types of the built-in tools let a program do. */
const PROGRAM = `/// <reference path="../../../sdk-core/src/universal.d.ts" />
import type { Client, JobHandle, JobProgress } from '../../../sdk-core/src/index.ts';
import type { Asset, CreateVideoInput, CreateVideoOutput, Tools } from './tools.d.ts';

export async function usage(client: Client<Tools>): Promise<string[]> {
  const { terms } = await client.tools.generate_video_terms({ video_subject: 'Reefs', video_script: 'Reefs are alive.' });
  const input: CreateVideoInput = { video_subject: 'Reefs', fps: 30, subtitle: { position: 'top' }, scenes: [{ text: 'Hi' }] as const };
  const job: JobHandle<CreateVideoOutput, JobProgress> = await client.submit('create_video', input);
  const { video, captions } = await job.result();
  const url: string | undefined = video?.url;
  const assets: (Asset | undefined)[] = [video, captions?.srt];
  const { job_id } = await client.tools.generate_music({ mood: 'calm' });
  const music = await client.tools.generate_music({ wait_for_completion: true });
  const seconds: number = 'job_id' in music ? music.progress : music.duration;

  // @ts-expect-error the subject is missing
  await client.tools.generate_video_terms({});
  // @ts-expect-error not one of the frame rates
  await client.submit('create_video', { video_subject: 'Reefs', fps: 31 });
  // @ts-expect-error a misspelt argument
  await client.call('create_video', { video_subject: 'Reefs', mod: 'calm' });
  // @ts-expect-error no such tool
  await client.call('create_vide', { video_subject: 'Reefs' });
  // @ts-expect-error the result has no such member
  const { term } = await client.tools.generate_video_terms({ video_subject: 'Reefs', video_script: 'Reefs are alive.' });
  // @ts-expect-error it is the handle of a job
  const { duration } = await client.tools.generate_music({ mood: 'calm' });
  return [...terms, url ?? '', term, job_id, seconds.toFixed(), duration, ...assets.map((asset) => asset?.url ?? '')];
}
`;

describe('callsheet, to a gateway of its own process', function () {
  this.timeout(120_000);
  let gateway: Command;
  let folder: string;
  let environment: Record<string, string>;
  const callsheet = (...args: string[]): ChildProgram => new ChildProgram([source('cli/bin.ts'), ...args], environment);
  const ended = (...args: string[]): Promise<Ended> => callsheet(...args).ended;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-real-'));
    gateway = command(['start', '--port', '0', '--data-dir', join(folder, 'data')], { CALLSHEET_LOG_LEVEL: 'silent' });
    const [, url = ''] = await gateway.says(/WebSocket {2}(ws:\S+)/);
    const [, key = ''] = await gateway.says(/(csk_live_\S+)\n/);
    environment = { CALLSHEET_URL: url, CALLSHEET_API_KEY: key };
  });
  after(async () => {
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    await rm(folder, { recursive: true });
  });

  it('types of the built-in tools compile and fit a client; --check finds what is not theirs', async () => {
    const file = join(folder, 'tools.d.ts');
    expect(await ended('types', '--out', file)).to.deep.equal({
      code: 0,
      stdout: '',
      stderr: `callsheet: wrote ${file}\n`,
    });
    const text = await readFile(file, 'utf8');
    expect((await ended('types')).stdout).to.equal(text);
    expect(compile({ 'tools.d.ts': text, 'program.ts': PROGRAM })).to.deep.equal([]);
    expect(await ended('types', '--check', file)).to.include({ code: 0 });

    await writeFile(
      file,
      text.replace('fps?: 24 | 25 | 30 | 60;', 'fps?: 24 | 25;').replace(/^ {2}list_voices: .*\n/m, ''),
    );
    const { code, stderr } = await ended('types', '--check', file);
    expect(code).to.equal(1);
    expect(stderr)
      .to.contain('  added    list_voices\n')
      .and.contain('changed  create_video: input.fps: 24 | 25 → 24 | 25 | 30 | 60\n');
  });

  it('run reads parameters from a pipe, and is not kept alive by one it does not read', async () => {
    const piped = callsheet('run', 'generate_video_terms', '--params-json', '-');
    piped.process.stdin?.end('{"video_subject":"Reefs","video_script":"Coral reefs are alive."}');
    const { code, stdout, stderr } = await piped.ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).terms).to.be.an('array').that.is.not.empty;
    expect(await ended('run', 'get_current_time', '--timeout', '1m')).to.include({ code: 0, stderr: '' });
  });

  it('a time limit ends waiting for a pipe that nobody closes', async () => {
    const waiting = callsheet('run', 'get_current_time', '--params-json', '-', '--timeout', '500ms');
    expect(await waiting.ended).to.include({ code: 5, stdout: '' });
  });
});
