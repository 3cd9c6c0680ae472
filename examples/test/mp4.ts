import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The names of a file's top-level boxes, in order (ISO/IEC 14496-12 §4.2). */
export function boxes(file: string): string[] {
  const bytes = readFileSync(file);
  const names: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    names.push(bytes.toString('latin1', at + 4, at + 8));
    const short = bytes.readUInt32BE(at);
    at += short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short || bytes.length;
  }
  return names;
}

export interface Probe {
  readonly streams: readonly {
    codec_name: string;
    width?: number;
    height?: number;
    r_frame_rate: string;
    color_space?: string;
  }[];
  readonly format: { readonly duration: string };
}

/** What ffprobe says of a file. */
export function probe(file: string): Probe {
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file];
  return JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' }));
}

/** Integrated loudness in LUFS and true peak in dBTP, by ffmpeg's EBU R 128 meter. */
export function loudness(file: string): { integrated: number; truePeak: number } {
  const args = ['-hide_banner', '-nostats', '-i', file, '-af', 'ebur128=peak=true', '-f', 'null', '-'];
  const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const number = (pattern: RegExp): number => Number(pattern.exec(summary)?.[1]);
  return { integrated: number(/I:\s+(-?[\d.]+) LUFS/), truePeak: number(/Peak:\s+(-?[\d.]+) dBFS/) };
}
