import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from './environment.ts';

/** What one ffmpeg can do. Plain JSON. */
export interface FfmpegCapabilities {
  /** As it calls itself, e.g. `5.1.9-0+deb12u1`. */
  readonly version: string;
  readonly encoders: readonly string[];
  readonly filters: readonly string[];
}

/** Runs a program and answers its standard output; rejects when it cannot run, fails or takes too long. */
export type ReadOutput = (path: string, args: readonly string[]) => Promise<string>;

/** Asks an ffmpeg what it can do. Three short runs: ask once and keep the answer. */
export async function probeFfmpeg(path: string, read: ReadOutput = readOutput): Promise<FfmpegCapabilities> {
  const ask = (question: string) => read(path, ['-hide_banner', question]);
  const [version, encoders, filters] = await Promise.all([ask('-version'), ask('-encoders'), ask('-filters')]);
  const name = /^ffmpeg version (\S+)/m.exec(version)?.[1];
  if (name === undefined) throw new Error(`"${path}" does not call itself ffmpeg`);
  return {
    version: name,
    encoders: names(encoders, /^ [VAS][A-Z.]{5} (\S+)/gm),
    filters: names(filters, /^ [A-Z.]{2,3} (\S+) +\S*->/gm),
  };
}

function names(text: string, line: RegExp): string[] {
  return Array.from(text.matchAll(line), (match) => match[1] ?? '').filter((name) => name !== '=');
}

const execute = promisify(execFile);

async function readOutput(path: string, args: readonly string[]): Promise<string> {
  const limits = { timeout: 10_000, killSignal: 'SIGKILL', maxBuffer: 4 * 1024 * 1024 } as const;
  const { stdout } = await execute(path, args, { ...limits, env: childEnvironment(process.env), windowsHide: true });
  return stdout;
}
