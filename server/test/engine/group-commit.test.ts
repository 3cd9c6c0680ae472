import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { GroupCommit, type GroupCommitOptions } from '../../src/engine/embedded/group-commit.ts';

/** A group commit over a driver that only writes down what it is told, with turns and time in the test's hand. */
function record(overrides: Partial<GroupCommitOptions> = {}) {
  const said: string[] = [];
  const turns: (() => void)[] = [];
  const commit = new GroupCommit({
    driver: { exec: (sql) => said.push(sql) },
    turn: (callback) => turns.push(callback),
    monotonic: () => 0,
    explain: (error) => CallError.from(error),
    maxWrites: 100,
    maxBatchMs: 10,
    rolledBack: () => said.push('forget'),
    ...overrides,
  });
  const write = (name: string, fault?: Error) =>
    commit.write(() => {
      commit.touch();
      said.push(name);
      if (fault !== undefined) throw fault;
      return name;
    });
  const turn = (): void =>
    turns.splice(0).forEach((callback) => {
      callback();
    });
  return { commit, said, turns, turn, write };
}

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('group commit', () => {
  it('puts all writes of one turn into one transaction', async () => {
    const { said, turn, write } = record();
    const answers = Promise.all([write('a'), write('b')]);
    expect(said).to.deep.equal([]);
    turn();
    expect(await answers).to.deep.equal(['a', 'b']);
    expect(said).to.deep.equal(['BEGIN IMMEDIATE', 'a', 'b', 'COMMIT']);
  });

  it('answers nobody before the commit, and tells in the order of the writes', async () => {
    const { commit, said, turn } = record();
    const both = Promise.all([
      commit.write(
        () => said.push('a'),
        () => said.push('heard a'),
      ),
      commit.write(
        () => said.push('b'),
        () => said.push('heard b'),
      ),
    ]).then(() => said.push('answered'));
    turn();
    await both;
    expect(said).to.deep.equal(['BEGIN IMMEDIATE', 'a', 'b', 'COMMIT', 'heard a', 'heard b', 'answered']);
  });

  it('rejects only the write that failed, and plays the others again without it', async () => {
    const { said, turn, turns, write } = record();
    const [a, b, c] = [write('a'), reasonOf(write('b', new Error('constraint'))), write('c')];
    while (turns.length > 0) turn();
    expect(await a).to.equal('a');
    expect(await c).to.equal('c');
    expect(await b).to.include({ errorName: 'INTERNAL' });
    const together = ['BEGIN IMMEDIATE', 'a', 'b', 'ROLLBACK', 'forget'];
    const apart = [
      'SAVEPOINT apart',
      'a',
      'RELEASE apart',
      'SAVEPOINT apart',
      'b',
      'ROLLBACK TO apart',
      'forget',
      'RELEASE apart',
    ];
    const later = ['BEGIN IMMEDIATE', 'c', 'COMMIT'];
    expect(said).to.deep.equal([...together, 'BEGIN IMMEDIATE', ...apart, 'COMMIT', ...later]);
  });

  it('does not disturb the batch for a write that refuses before it touches anything', async () => {
    const { commit, said, turn, write } = record();
    const refused = reasonOf(
      commit.write(() => {
        throw new CallError('CONFLICT', 'no');
      }),
    );
    const good = write('good');
    turn();
    expect(await refused).to.include({ errorName: 'CONFLICT' });
    expect(await good).to.equal('good');
    expect(said).to.deep.equal(['BEGIN IMMEDIATE', 'good', 'COMMIT']);
  });

  it('gives STORAGE_FULL to all who wait when the disk is full, and goes on when it is not any more', async () => {
    let full = true;
    const said: string[] = [];
    const { turn, write } = record({
      driver: {
        exec(sql) {
          said.push(sql);
          if (sql === 'COMMIT' && full) throw new CallError('STORAGE_FULL');
        },
      },
    });
    const answers = Promise.all([reasonOf(write('a')), reasonOf(write('b'))]);
    turn();
    for (const reason of await answers) expect(reason).to.include({ errorName: 'STORAGE_FULL' });
    expect(said.at(-1)).to.equal('ROLLBACK');
    full = false;
    const later = write('c');
    turn();
    expect(await later).to.equal('c');
  });

  it("does not take a full disk inside one write for that write's own fault", async () => {
    const { turn, write } = record();
    const answers = Promise.all([reasonOf(write('a')), reasonOf(write('b', new CallError('STORAGE_FULL')))]);
    turn();
    for (const reason of await answers) expect(reason).to.include({ errorName: 'STORAGE_FULL' });
  });

  it('rejects a bounded number of writes, not for ever, when no transaction can begin', async () => {
    const { turn, turns, write } = record({
      driver: {
        exec() {
          throw new Error('broken');
        },
      },
      maxWrites: 1,
    });
    const answers = Promise.all([reasonOf(write('a')), reasonOf(write('b'))]);
    while (turns.length > 0) turn();
    for (const reason of await answers) expect(reason).to.include({ errorName: 'INTERNAL' });
  });

  it('commits at most so many writes in a turn, so that sockets get their turns between', async () => {
    const { said, turn, turns, write } = record({ maxWrites: 2 });
    const answers = Promise.all(['a', 'b', 'c'].map((name) => write(name)));
    turn();
    expect(said).to.deep.equal(['BEGIN IMMEDIATE', 'a', 'b', 'COMMIT']);
    expect(turns).to.have.length(1);
    turn();
    expect(await answers).to.deep.equal(['a', 'b', 'c']);
  });

  it('ends a batch that takes too long', async () => {
    let now = 0;
    const { said, turn, write } = record({ monotonic: () => (now += 6) });
    const answers = Promise.all(['a', 'b', 'c'].map((name) => write(name)));
    turn();
    expect(said).to.deep.equal(['BEGIN IMMEDIATE', 'a', 'b', 'COMMIT']);
    turn();
    await answers;
  });

  it('answers the others when one listener throws, and that caller with what it threw', async () => {
    const { commit, turn, write } = record();
    const bad = reasonOf(
      commit.write(
        () => 1,
        () => {
          throw new Error('listener');
        },
      ),
    );
    const good = write('good');
    turn();
    expect(await good).to.equal('good');
    expect(await bad)
      .to.be.an('error')
      .with.property('message', 'listener');
  });

  it('refuses statements outside a transaction', () => {
    expect(() => record().commit.touch()).to.throw('inside write() only');
  });

  it('commits what waits when it is closed, and refuses what comes later', async () => {
    const { commit, write } = record({ maxWrites: 1 });
    const answers = Promise.all([write('a'), write('b')]);
    expect(commit.waiting).to.equal(2);
    commit.close();
    expect(await answers).to.deep.equal(['a', 'b']);
    expect(await reasonOf(write('c'))).to.include({ errorName: 'UNAVAILABLE' });
  });
});
