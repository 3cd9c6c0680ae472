import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { TopicLog } from '../../sdk-core/test/topic-log.ts';
import { EXIT, exitCodeOf } from '../src/cli/exit-codes.ts';
import { ChildProgram } from './child-program.ts';
import { FakeHouse } from './provide/fake-house.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

const ROOT = new URL('../../', import.meta.url);
const FILM = 'not quite a film';
const SHA256 = createHash('sha256').update(FILM).digest('hex');

const blocks = async (file: string): Promise<string[]> =>
  [...(await readFile(new URL(file, ROOT), 'utf8')).matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');

describe('the programs in the README files', () => {
  let gateway: ScriptedGateway;
  let folder: string;

  beforeEach(async () => {
    // Inside the package, so that its own name resolves.
    folder = await mkdtemp(fileURLToPath(new URL('sdk-node/test/.readme-', ROOT)));
    gateway = await ScriptedGateway.start();
    gateway.onRequest = (_request, response) => response.end(FILM);
    const { handlers } = gateway.rpc;
    handlers['tools/list'] = () => ({ tools: [{ name: 'write_script', annotations: {} }] });
    handlers['tools/call'] = (_params, request, line) => {
      line.notify('notifications/progress', {
        progressToken: request.id ?? 0,
        progress: 0.5,
        total: 1,
        message: 'half',
      });
      return { structuredContent: { script: 'Reefs are alive.' } };
    };
    const job = { jobId: 'job_1', tool: 'create_video', status: 'completed', lastSeq: 2, progress: 1 };
    const done = { ...job, result: { video: { url: '/video', sha256: SHA256, bytes: FILM.length } } };
    const log = new TopicLog(gateway.rpc, 'jobs/job_1');
    log.publish(1, { type: 'progress', jobId: 'job_1', progress: 0.5, stage: 'render' });
    log.publish(1, { type: 'state', job: done });
    handlers['jobs/submit'] = () => ({ ...job, status: 'queued' });
    handlers['jobs/get'] = () => done;
  });
  afterEach(async () => {
    await gateway.stop();
    await rm(folder, { recursive: true });
  });

  const run = async (program: string): ReturnType<() => ChildProgram['ended']> => {
    const file = join(folder, 'program.ts');
    await writeFile(file, program);
    return new ChildProgram([file], { CALLSHEET_URL: gateway.url }, folder).ended;
  };

  it('sdk-node: a call, a job, a download', async () => {
    const [program = ''] = await blocks('sdk-node/README.md');
    const { code, stderr } = await run(program);
    expect(stderr).to.equal("0.5 half\n{ script: 'Reefs are alive.' }\nrender 0.5\n");
    expect(code).to.equal(0);
    expect(await readFile(join(folder, 'reefs.mp4'), 'utf8')).to.equal(FILM);
  });

  it('sdk-node: typed tools', async () => {
    const [, program = ''] = await blocks('sdk-node/README.md');
    const whole = `import { connect } from '@callsheet/sdk-node';\n${program}\nconsole.log(script);\nawait client.close();`;
    expect(await run(whole)).to.deep.equal({ code: 0, stdout: 'Reefs are alive.\n', stderr: '' });
  });

  it('sdk-node: tools of your own', async () => {
    const program = (await blocks('sdk-node/README.md')).find((block) => block.includes('shout:')) ?? expect.fail();
    const house = new FakeHouse(gateway.rpc);
    const child = run(`${program}\nprovider.on('lost', () => provider.close());`);
    while ((gateway.rpc.lines[0]?.requests('services/heartbeat').length ?? 0) === 0) await new Promise(setImmediate);
    const id = house.call('shout', { text: 'reef' });
    while (house.answers(id).length === 0) await new Promise(setImmediate);
    expect(house.answer(id).result).to.deep.equal({ structuredContent: { loud: 'REEF' } });
    expect(house.progress(id)).to.have.length(1);
    gateway.cut();
    expect(await child).to.include({ code: 0, stdout: 'registered\n' });
  });

  it('sdk-node: a tool that refuses what it cannot do', async () => {
    const program = (await blocks('sdk-node/README.md')).find((block) => block.includes('paint:')) ?? expect.fail();
    const house = new FakeHouse(gateway.rpc);
    const whole = program.replace('await provide(', 'const provider = await provide(');
    const child = run(`${whole}\nprovider.on('lost', () => provider.close());`);
    while ((gateway.rpc.lines[0]?.requests('services/heartbeat').length ?? 0) === 0) await new Promise(setImmediate);
    const id = house.call('paint', {});
    while (house.answers(id).length === 0) await new Promise(setImmediate);
    expect(house.answer(id).error).to.include({ code: -32602, message: 'Cannot paint nothing: say a "subject"' });
    gateway.cut();
    expect(await child).to.include({ code: 0 });
  });

  it('sdk-node: looking at workers', async () => {
    const program =
      (await blocks('sdk-node/README.md')).find((block) => block.includes('services/list')) ?? expect.fail();
    const { handlers } = gateway.rpc;
    handlers['services/list'] = () => ({ workers: [{ name: 'gpu-7', state: 'ready' }] });
    handlers['services/explain'] = () => ({ workers: [{ because: 'it takes its turn' }] });
    const log = new TopicLog(gateway.rpc, 'services');
    log.publish(1, { type: 'left' });
    const once = program
      .replace("subscribe('services')", "subscribe('services', { fromSeq: 1 })")
      .replace('console.log(seq, data);', '{ console.log(workers[0]?.name, why[0]?.because, seq, data); break; }');
    const whole = `import { connect } from '@callsheet/sdk-node';\nconst client = await connect();\n${once}\nawait client.close();`;
    expect(await run(whole)).to.deep.equal({
      ...{ code: 0, stderr: '' },
      stdout: "gpu-7 it takes its turn 1 { type: 'left' }\n",
    });
  });

  it('sdk-core: a transport', async () => {
    const [program = ''] = await blocks('sdk-core/README.md');
    // Node.js 20 has no WebSocket of its own.
    const here = program.replace('ws://127.0.0.1:8081/rpc', `${gateway.url}/rpc`);
    const whole = `import { WebSocket } from 'ws';\n${here}`;
    expect(await run(whole)).to.deep.equal({ code: 0, stdout: "[ 'write_script' ]\n", stderr: '' });
  });

  it('sdk-node: the exit codes of the table are those of the program', async () => {
    const readme = await readFile(new URL('sdk-node/README.md', ROOT), 'utf8');
    const listed = [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(listed).to.deep.equal(Object.values(EXIT));
    expect(exitCodeOf(new Error('fault'))).to.equal(1);
  });
});
