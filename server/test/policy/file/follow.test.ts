import { EventEmitter, once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../../src/clock.ts';
import type { Following } from '../../../src/policy/file/follow.ts';
import { PolicyFile } from '../../../src/policy/file/policy-file.ts';
import { Policy } from '../../../src/policy/policy.ts';
import type { PolicyRules } from '../../../src/policy/rules.ts';
import type { WatchFolder } from '../../../src/watch-folder.ts';
import { FakeClock } from '../../fake-clock.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { ACCESS, principal, rules } from '../rules.ts';

const ALLOWING = 'version: 1\nroles: { user: { allow: ["*"] } }';
const DENYING = 'version: 1\nroles: { user: { allow: ["get_*"] } }';

describe('following a policy file', () => {
  const temp = useTempDir();
  let path = '';
  let policy: Policy;
  let file: PolicyFile;
  let following: Following | undefined;

  beforeEach(async () => {
    path = join(temp(), 'policy.yaml');
    writeFileSync(path, ALLOWING);
    file = new PolicyFile(path, rules());
    policy = new Policy(await file.read(), ACCESS);
  });
  afterEach(() => following?.close());

  const mayCreate = (): boolean => policy.can(principal('user'), 'tools/call', { tool: 'create_video' });

  /** A follower whose events and time the test makes itself. */
  function follow() {
    const clock = new FakeClock();
    const log = keptLog();
    const bad: unknown[] = [];
    const applied: PolicyRules[] = [];
    const events: { changed: (name: string | null) => void; blind: (error: unknown) => void; ended: boolean } = {
      changed: () => {},
      blind: () => {},
      ended: false,
    };
    const watch: WatchFolder = (folder, changed, blind) => {
      expect(folder).to.equal(dirname(path));
      Object.assign(events, { changed, blind });
      return () => {
        events.ended = true;
      };
    };
    const changed = (rules: PolicyRules): void => {
      applied.push(rules);
      policy.replace(rules);
    };
    const made = file.follow({ clock, log, watch, changed, onBad: (error) => bad.push(error) });
    following = made;
    return { clock, log, bad, applied, events, following: made };
  }

  it('puts a changed file in force after it has been left alone for a moment', async () => {
    const { clock, log, applied, events, following } = follow();
    expect(mayCreate()).to.equal(true);
    const { version } = policy;
    writeFileSync(path, DENYING);
    events.changed('policy.yaml');
    clock.advance(150);
    events.changed('policy.yaml');
    clock.advance(150);
    expect(clock.pending).to.equal(1);
    clock.advance(50);
    expect(clock.pending).to.equal(0);
    await following.reload();
    expect(mayCreate()).to.equal(false);
    expect(applied).to.have.length(1);
    expect(policy.version).to.not.equal(version);
    expect(log.lines).to.deep.equal(['read the policy file again']);
  });

  it('looks once at the start, and says nothing when all is as it was read', async () => {
    const { clock, log, applied, following } = follow();
    clock.advance(200);
    await following.reload();
    expect(applied).to.deep.equal([]);
    expect(log.lines).to.deep.equal([]);
  });

  it('hears of its own file, of files exchanged together, and of events without a name, and of nothing else', () => {
    const { clock, events } = follow();
    clock.advance(200);
    for (const [name, heard] of [
      ['other.yaml', 0],
      ['policy.yaml', 1],
      ['..data', 1],
      [null, 1],
    ] as const) {
      events.changed(name);
      expect(clock.pending, String(name)).to.equal(heard);
      clock.advance(200);
    }
  });

  it('keeps the policy so far when the file is bad or gone, says so once, and recovers', async () => {
    const { log, bad, applied, following } = follow();
    const { version } = policy;
    writeFileSync(path, 'version: 1\nroles: { user: { allow: "*" } }');
    await following.reload();
    await following.reload();
    expect(bad).to.have.length(1);
    expect(String(bad[0])).to.contain('line 2: roles.user.allow is "*"; expected a list');
    rmSync(path);
    await following.reload();
    await following.reload();
    expect(bad).to.have.length(2);
    expect(log.lines).to.deep.equal(Array(2).fill('cannot use the policy file; the policy so far stays in force'));
    expect(policy.version).to.equal(version);
    expect(mayCreate()).to.equal(true);
    writeFileSync(path, DENYING);
    await following.reload();
    expect(applied).to.have.length(1);
    expect(mayCreate()).to.equal(false);
  });

  it('says what went wrong when the rules cannot be put in force', async () => {
    const log = keptLog();
    const changed = (): void => {
      throw new Error('no such rate');
    };
    following = file.follow({ clock: new FakeClock(), log, changed, watch: () => () => {} });
    writeFileSync(path, DENYING);
    await following.reload();
    expect(log.lines).to.deep.equal(['cannot use the policy file; the policy so far stays in force']);
  });

  it('goes on without watching where a folder cannot be watched', async () => {
    const { log, events, following } = follow();
    events.blind(new Error('ENOSPC'));
    expect(log.lines).to.deep.equal(['cannot watch the policy file; changes count when it is reloaded']);
    writeFileSync(path, DENYING);
    await following.reload();
    expect(mayCreate()).to.equal(false);
    const gone = new PolicyFile(join(temp(), 'nowhere', 'policy.yaml'), rules());
    const second = keptLog();
    gone.follow({ clock: new FakeClock(), log: second, changed: () => {} }).close();
    expect(second.lines).to.have.length(1);
  });

  it('is over when it is closed, also for a reading that is under way', async () => {
    const { clock, applied, events, following } = follow();
    writeFileSync(path, DENYING);
    const reading = following.reload();
    following.close();
    await reading;
    events.changed('policy.yaml');
    expect(clock.pending).to.equal(0);
    expect(events.ended).to.equal(true);
    expect(applied).to.deep.equal([]);
  });

  it('notices a file put in the place of the old one, and one written over it', async () => {
    const heard = new EventEmitter();
    const changed = (rules: PolicyRules): void => {
      policy.replace(rules);
      heard.emit('changed');
    };
    following = file.follow({ clock: systemClock, log: keptLog(), changed });
    const renamed = once(heard, 'changed');
    writeFileSync(join(temp(), 'next'), DENYING);
    renameSync(join(temp(), 'next'), path);
    await renamed;
    expect(mayCreate()).to.equal(false);
    const overwritten = once(heard, 'changed');
    writeFileSync(path, ALLOWING);
    await overwritten;
    expect(mayCreate()).to.equal(true);
  });
});
