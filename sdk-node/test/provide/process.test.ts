import { expect } from 'chai';
import { ChildProgram, source } from '../child-program.ts';
import { ScriptedGateway } from '../scripted-gateway.ts';
import { FakeHouse } from './fake-house.ts';

const PROGRAM = `
import { provide } from ${JSON.stringify(source('index.ts'))};
const finish = [];
const provider = await provide({
  name: 'child',
  slots: 8,
  drainMs: Number(process.env.DRAIN_MS),
  tools: {
    now: { description: 'Answers at once', run: () => process.pid },
    wait: { description: 'Waits for finish', run: () => new Promise((resolve) => finish.push(resolve)) },
    finish: { description: 'Ends all that wait', run: () => finish.splice(0).forEach((end) => end('done')) },
  },
});
provider.on('draining', () => console.log('draining'));
provider.on('closed', () => console.log('closed'));
`;

describe('a worker process', () => {
  let gateway: ScriptedGateway;
  let house: FakeHouse;
  let children: ChildProgram[];
  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    house = new FakeHouse(gateway.rpc);
    children = [];
  });
  afterEach(async () => {
    for (const { process } of children) process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await gateway.stop();
  });

  const until = async (check: () => boolean): Promise<void> => {
    while (!check()) await new Promise(setImmediate);
  };
  /** Starts one and waits until it is ready. */
  const start = async (drainMs = 20_000): Promise<ChildProgram> => {
    const before = gateway.rpc.lines.length;
    const child = new ChildProgram(['--input-type=module', '-e', PROGRAM], {
      CALLSHEET_URL: gateway.url,
      DRAIN_MS: String(drainMs),
    });
    children.push(child);
    await until(() => (gateway.rpc.lines[before]?.requests('services/heartbeat').length ?? 0) > 0);
    return child;
  };
  const answered = (id: string): Promise<void> => until(() => house.answers(id).length > 0);

  /** Answers drains when the test says so. */
  const holdDrains = (): (() => void) => {
    let answer: () => void = () => undefined;
    gateway.rpc.handlers['services/drain'] = (_params, request, line) => {
      answer = () => line.answer(request.id, {});
      return undefined;
    };
    return () => answer();
  };
  const drains = (): Promise<void> => until(() => house.line.requests('services/drain').length > 0);

  it('at SIGTERM in the middle of calls serves what arrives, finishes, says goodbye, and ends by itself', async () => {
    const answerDrain = holdDrains();
    const child = await start();
    const calls = [house.call('wait'), house.call('wait')];
    await answered(house.call('now'));
    child.process.kill('SIGTERM');
    await drains();
    calls.push(house.call('now'));
    await answered(house.call('finish'));
    answerDrain();
    expect(await child.ended).to.deep.equal({ code: 0, stdout: 'draining\nclosed\n', stderr: '' });
    expect(calls.map((id) => house.answer(id).result)).to.deep.equal([
      { structuredContent: 'done' },
      { structuredContent: 'done' },
      { structuredContent: child.process.pid },
    ]);
    expect(house.line.closedByClient).to.deep.equal({ code: 1000, reason: 'goodbye' });
  });

  it('at the second signal ends at once, whatever runs', async () => {
    const child = await start();
    house.call('wait');
    await answered(house.call('now'));
    child.process.kill('SIGTERM');
    await drains();
    child.process.kill('SIGINT');
    expect(await child.ended).to.deep.equal({ code: 0, stdout: 'draining\nclosed\n', stderr: '' });
  });

  it('ends although a tool ignores that it was told to stop', async () => {
    const child = await start(50);
    house.call('wait');
    await answered(house.call('now'));
    child.process.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'draining\nclosed\n' });
    expect(stderr).to.contain('the drain takes too long');
  });

  it('that is killed is gone at once, and its successor is somebody else', async () => {
    const first = await start();
    const lost = house.call('wait');
    await answered(house.call('now'));
    first.process.kill('SIGKILL');
    await until(() => house.line.closedByClient !== undefined);
    expect(house.line.closedByClient?.code).to.equal(1006);
    await start();
    const [one, two] = house.registrations().map(({ worker }) => (worker as { instanceId: string }).instanceId);
    expect(one).to.not.equal(two);
    const id = house.call('now');
    await answered(id);
    expect(house.answers(lost)).to.deep.equal([]);
  });
});
