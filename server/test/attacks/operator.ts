import { expect } from 'chai';
import { command } from '../gateway/running.ts';
import { Caller } from './caller.ts';
import { ADMIN, type Target } from './target.ts';

/** Runs a command of the command line beside the gateway, in a process of its own, and answers all it printed. */
export async function operator({ settingsFile }: Target, ...words: string[]): Promise<string> {
  const { exit, output } = command([...words, '--config', settingsFile]);
  expect(await exit, output().stderr).to.equal(0);
  const { stdout, stderr } = output();
  return stdout + stderr;
}

/** A key made over the wire; it is good, or no longer so, when these resolve. */
export interface MadeKey {
  readonly key: string;
  readonly kid: string;
  revoke(): Promise<void>;
}

/** What an administrator does on a connection of her own. */
export async function makeKey(target: Target, wish: object = {}): Promise<MadeKey> {
  const admin = await Caller.open(target, { key: ADMIN });
  const { result } = await admin.ask<{ key: string; record: { kid: string } }>('keys/create', {
    role: 'user',
    ...wish,
  });
  admin.cut();
  const { kid } = result.record;
  const revoke = async (): Promise<void> => {
    const again = await Caller.open(target, { key: ADMIN });
    expect((await again.ask('keys/revoke', { kid })).error).to.equal(undefined);
    again.cut();
  };
  return { key: result.key, kid, revoke };
}
