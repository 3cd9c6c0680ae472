import { expect } from 'chai';
import { command } from '../gateway/running.ts';
import type { Target } from './target.ts';

/** Runs a command of the command line beside the gateway, in a process of its own, and answers all it printed. */
export async function operator({ settingsFile }: Target, ...words: string[]): Promise<string> {
  const { exit, output } = command([...words, '--config', settingsFile]);
  expect(await exit, output().stderr).to.equal(0);
  const { stdout, stderr } = output();
  return stdout + stderr;
}

/** A new key and its public name. */
export async function newKey(
  target: Target,
  role = 'user',
  ...options: string[]
): Promise<{ readonly key: string; readonly kid: string }> {
  const printed = await operator(target, 'keys', 'create', '--role', role, ...options);
  const [key = '', kid = ''] = /csk_live_(\w{8})_\w+/.exec(printed) ?? [];
  return { key, kid };
}
