import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';

/**
 * Kills a process that prints `<run> <number>` after each flush, once it has told of so many, in the midst of whatever it does.
 * Answers its name and what was flushed by then.
 */
export async function killAfter(child: ChildProcess, flushes: number): Promise<[run: string, flushed: number]> {
  let told = '';
  const exit = once(child, 'close');
  child.stdout?.on('data', (data) => {
    told += data;
    if (told.split('\n').length > flushes) child.kill('SIGKILL');
  });
  expect(await exit).to.deep.equal([null, 'SIGKILL']);
  // What stands behind the last line feed was not told to its end.
  const [run = '', flushed] = told.split('\n').slice(0, -1).at(-1)?.split(' ') ?? [];
  return [run, Number(flushed)];
}
