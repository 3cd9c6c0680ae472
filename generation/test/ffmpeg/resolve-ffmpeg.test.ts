import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import type { FfmpegCapabilities } from '../../src/ffmpeg/capabilities.ts';
import { type ResolveOptions, resolveFfmpeg } from '../../src/ffmpeg/resolve-ffmpeg.ts';
import { inScratch, standIn } from './stand-in.ts';

const COMPLETE: FfmpegCapabilities = { version: '5.1', encoders: ['libx264', 'aac'], filters: ['subtitles'] };

/** A machine where the given files are executable, each with its capabilities. */
function machine(files: { [path: string]: FfmpegCapabilities }, facts: Partial<ResolveOptions> = {}): ResolveOptions {
  return {
    env: { PATH: '/usr/local/bin:/usr/bin' },
    isExecutable: async (path) => path in files,
    probe: async (path) => files[path] ?? Promise.reject(new Error('Exec format error')),
    packaged: () => undefined,
    platform: 'linux',
    ...facts,
  };
}

async function refusal(options: ResolveOptions): Promise<string> {
  const error = await resolveFfmpeg(options).catch((reason: unknown) => reason);
  if (!CallError.is(error)) throw new Error('it should have been refused');
  expect(error.errorName).to.equal('UNAVAILABLE');
  expect(error.retryable).to.equal(false);
  return error.message;
}

describe('finding an ffmpeg', () => {
  const both = { '/opt/ffmpeg': COMPLETE, '/usr/bin/ffmpeg': COMPLETE };

  it('prefers the one that FFMPEG_PATH names', async () => {
    const found = await resolveFfmpeg(machine(both, { env: { PATH: '/usr/bin', FFMPEG_PATH: '/opt/ffmpeg' } }));
    expect(found).to.deep.equal({ ...COMPLETE, path: '/opt/ffmpeg', origin: 'FFMPEG_PATH' });
  });

  it('then takes the first in PATH', async () => {
    const found = await resolveFfmpeg(machine(both));
    expect(found).to.include({ path: '/usr/bin/ffmpeg', origin: 'PATH' });
  });

  it('then takes the one of the optional package', async () => {
    const files = { '/modules/ffmpeg': COMPLETE };
    const found = await resolveFfmpeg(machine(files, { packaged: () => '/modules/ffmpeg' }));
    expect(found).to.include({ path: '/modules/ffmpeg', origin: 'package' });
  });

  it('passes over one in PATH that lacks something we need', async () => {
    const poor = { ...COMPLETE, encoders: ['aac'] };
    const files = { '/usr/bin/ffmpeg': poor, '/modules/ffmpeg': COMPLETE };
    const found = await resolveFfmpeg(machine(files, { packaged: () => '/modules/ffmpeg' }));
    expect(found.origin).to.equal('package');
  });

  it('never replaces the one that was named', async () => {
    const env = { PATH: '/usr/bin', FFMPEG_PATH: '/opt/other' };
    expect(await refusal(machine(both, { env }))).to.match(/FFMPEG_PATH: "\/opt\/other" does not exist/);
  });

  it('explains every step and how to get one when there is none', async () => {
    const poor = { version: '6.0', encoders: ['aac'], filters: [] };
    const sentence = await refusal(machine({ '/usr/bin/ffmpeg': poor }));
    expect(sentence).to.include('FFMPEG_PATH is not set');
    expect(sentence).to.include('"/usr/bin/ffmpeg" (version 6.0) lacks encoder libx264, filter subtitles');
    expect(sentence).to.include('the optional package "@ffmpeg-installer/ffmpeg" is not installed');
    expect(sentence).to.include('apt install ffmpeg');
    expect(await refusal(machine({}))).to.include('no "ffmpeg" in the folders of PATH');
  });

  it('looks at real files, and not at folders of that name', () =>
    inScratch(async (folder) => {
      await mkdir(join(folder, 'a', 'ffmpeg'), { recursive: true });
      await mkdir(join(folder, 'b'));
      await standIn(join(folder, 'b'), '#!/bin/sh\necho "this is no ffmpeg"\n');
      const env = { PATH: `${folder}/a::${folder}/b` };
      const sentence = await refusal({ env, packaged: () => undefined });
      expect(sentence).to.include(`"${folder}/b/ffmpeg" does not run`);
    }));

  it('finds a real one on this machine, and knows where it came from', async () => {
    const found = await resolveFfmpeg({ env: process.env });
    expect(found.encoders).to.include.members(['libx264', 'aac']);
    expect(found.filters).to.include('subtitles');
    const again = await resolveFfmpeg({ env: { FFMPEG_PATH: found.path } });
    expect(again).to.deep.equal({ ...found, origin: 'FFMPEG_PATH' });
  });
});
