import type { JobView, JsonObject, Principal } from '@callsheet/protocol';
import { expect } from 'chai';
import type { Recorder } from '../../src/audit/recorder.ts';
import { CallLimiter } from '../../src/limits/call-limiter.ts';
import { jobMethods } from '../../src/methods/jobs.ts';
import { toolMethods } from '../../src/methods/tools.ts';
import { allow } from '../../src/pipeline/allow.ts';
import { checkArguments } from '../../src/pipeline/check-arguments.ts';
import { dispatch } from '../../src/pipeline/dispatch.ts';
import { compose } from '../../src/pipeline/layer.ts';
import { limitRate } from '../../src/pipeline/limit-rate.ts';
import { inputLimits } from '../../src/policy/layers/input-limits.ts';
import { pathSandbox } from '../../src/policy/layers/path-sandbox.ts';
import { writeSwitch } from '../../src/policy/layers/write-switch.ts';
import { thisMachine } from '../../src/policy/paths/place.ts';
import { matches } from '../../src/policy/pattern.ts';
import { Policy } from '../../src/policy/policy.ts';
import type { PolicyRules } from '../../src/policy/rules.ts';
import { closeJobs, heldTool, openJobs, until } from '../jobs/house.ts';
import { catalogueOf } from '../pipeline/tool-call.ts';
import { ACCESS, rules } from '../policy/rules.ts';
import { houseOf, talk } from '../session/talk.ts';
import { useTempDir } from '../temp-dir.ts';

interface Answer<R = JobView> {
  readonly result: R;
  readonly error: { readonly code: number; readonly message: string; readonly data: JsonObject };
}

const ADA: Principal = { id: 'key:ada', role: 'user', scopes: [] };
const ROOT: Principal = { id: 'key:root', role: 'admin', scopes: [] };
const FILM = { name: 'film', arguments: { target_path: 'out/film.mp4', list: [1, 2, 3] } };

/** Nothing to look up on the disk: such calls begin in the turn they are made in. */
const PATHLESS = { name: 'film', arguments: { list: [1] } };

const unused = (): never => {
  throw new Error('not used in these tests');
};

describe('jobs/*', () => {
  afterEach(closeJobs);
  const folder = useTempDir();

  /** The methods of jobs on the road that calls take, with rules the test may change as it goes. */
  async function desk(changes: Partial<PolicyRules> = {}, calls = 1_000) {
    const policy = new Policy(rules(changes), ACCESS);
    const film = heldTool('film', { input: { type: 'object', properties: { list: { type: 'array' } } } });
    const jobs = await openJobs({
      tools: [film],
      slots: { cpu: 8, network: 1 },
      mayTouch: (principal, action, owner) => policy.can(principal, action, { owner }),
      mostUnfinished: ({ role }) => policy.rules.limits.get(role)?.jobs,
    });
    const { clock, events, log, runner } = jobs;
    const limiter = new CallLimiter({ rules: { principal: { calls, windowMs: 60_000, burst: calls - 1 } }, matches });
    const road = [
      allow(policy),
      writeSwitch(policy),
      limitRate(limiter),
      inputLimits(policy),
      checkArguments(),
      pathSandbox(policy, thisMachine(folder())),
    ];
    const host = { clock, log, assets: { for: unused }, call: unused, scratch: undefined as never };
    const pipeline = compose(road, dispatch({ host, cluster: { call: unused }, runner, events }));
    const catalogue = catalogueOf([film]);
    const did: unknown[] = [];
    const recorder = {
      did: (kind: string, action: string, { by, resource }: Parameters<Recorder['did']>[2]) =>
        did.push([kind, action, by?.identity?.principal.id, resource]),
    } as unknown as Recorder;
    const methods = houseOf({
      ...jobMethods({ desk: runner, catalogue, pipeline, recorder }),
      ...toolMethods({ catalogue, pipeline, policy, now: () => 0, recorder: undefined }),
    });
    const ask = async <R = JobView>(as: Principal, method: string, params: object = {}): Promise<Answer<R>> => {
      const line = talk(methods, as);
      await line.say({ jsonrpc: '2.0', id: 1, method, params });
      // Paths are looked up on a disk: the answer comes when it is there.
      while (line.frames.length === 0) await new Promise((resolve) => setImmediate(resolve));
      return JSON.parse(line.frames[0] ?? '');
    };
    /** A job of Ada that failed. */
    const failedJob = async (_meta: object = {}): Promise<string> => {
      const began = film.runs.length;
      const { jobId } = (await ask(ADA, 'jobs/submit', { ...FILM, _meta })).result;
      await until(() => film.runs.length > began);
      film.runs.at(-1)?.fail(new Error('the first try'));
      await until(() => runner.get(ROOT, jobId).status === 'failed');
      return jobId;
    };
    return { ...jobs, film, policy, ask, failedJob, did };
  }

  describe('a retry', () => {
    it('is judged by the rules of today like the call it repeats, and changes nothing when it is refused', async () => {
      const { ask, failedJob, film, policy, runner, did } = await desk();
      const jobId = await failedJob();
      const today: [Partial<PolicyRules>, string][] = [
        [{ dryRun: true }, 'TOOL_DENIED'],
        [{ allowWrite: false }, 'TOOL_DENIED'],
        [{ input: { requestSizeBytes: 10 } }, 'REQUEST_TOO_LARGE'],
        [{ input: { arrayItemsMax: 2 } }, 'ARRAY_TOO_LARGE'],
        [{ paths: { allowed: ['**'], forbidden: ['out/**'] } }, 'PATH_NOT_ALLOWED'],
        [{ limits: new Map([['user', { jobs: 0 }]]) }, 'TOO_MANY_IN_FLIGHT'],
        [{ roles: new Map([['user', { allow: ['*'], deny: ['film'] }]]) }, 'TOOL_DENIED'],
        [{ roles: new Map([['user', { allow: ['*'], deny: ['jobs/submit'] }]]) }, 'FORBIDDEN'],
      ];
      for (const [change, name] of today) {
        policy.replace(rules(change));
        const { error } = await ask(ADA, 'jobs/retry', { jobId });
        expect(error?.data.name, JSON.stringify(change)).to.equal(name);
      }
      policy.replace(rules());
      expect([runner.get(ADA, jobId).status, film.runs.length, did]).to.deep.equal(['failed', 1, []]);
      expect((await ask(ADA, 'jobs/retry', { jobId })).result).to.include({ jobId, status: 'queued' });
    });

    it('that could only be dry says so, unless the job was accepted to be dry', async () => {
      const { ask, failedJob, film, policy } = await desk();
      const real = await failedJob();
      const dry = await failedJob({ dryRun: true });
      policy.replace(rules({ dryRun: true }));
      const refused = await ask(ADA, 'jobs/retry', { jobId: real });
      expect(refused.error.message).to.equal(
        `Cannot retry the job "${real}": this gateway only says now what "film" would do (dry_run is on), and the job was to do it; submit it again with _meta {"dryRun":true}`,
      );
      expect((await ask(ADA, 'jobs/retry', { jobId: dry })).result).to.include({ status: 'queued' });
      await until(() => film.runs.length === 3);
      expect(film.runs[2]?.ctx.dryRun).to.equal(true);
    });

    it('is counted as a call', async () => {
      const { ask, failedJob } = await desk({}, 2);
      const jobId = await failedJob();
      expect((await ask(ADA, 'jobs/retry', { jobId })).result).to.include({ status: 'queued' });
      expect((await ask(ADA, 'jobs/retry', { jobId })).error.data).to.include({ name: 'RATE_LIMITED' });
    });

    it('runs with the role and the scopes its owner has now, also after the next start', async () => {
      const { ask, failedJob, film, ledger } = await desk();
      const jobId = await failedJob();
      expect(film.runs[0]?.ctx.principal).to.deep.equal(ADA);
      const now = { ...ADA, role: 'dev', scopes: ['jobs/*'] };
      const { error } = await ask(now, 'jobs/retry', { jobId });
      expect(error.data.details).to.deep.equal({ missingScope: 'tools:call' });
      const wider = { ...now, scopes: ['tools:call'] };
      await ask(wider, 'jobs/retry', { jobId });
      await until(() => film.runs.length === 2);
      expect(film.runs[1]?.ctx.principal).to.deep.equal(wider);
      expect(film.runs[1]?.args).to.deep.equal(FILM.arguments);
      expect(ledger.read.byId(jobId)?.principal).to.deep.equal(wider);
    });

    it('gives the tool its paths as they were judged', async () => {
      const { ask, film, runner, submit } = await desk();
      // As it was accepted by a version that did not judge paths.
      const jobId = await submit('film', { principal: ADA, args: { target_path: 'side/../out/film.mp4' } });
      await ask(ADA, 'jobs/cancel', { jobId });
      const began = film.runs.length;
      expect((await ask(ADA, 'jobs/retry', { jobId })).result.status).to.equal('queued');
      await until(() => film.runs.length > began);
      expect(film.runs.at(-1)?.args).to.deep.equal({ target_path: 'out/film.mp4' });
      expect(runner.requestOf(ADA, jobId).args).to.deep.equal({ target_path: 'out/film.mp4' });
    });

    it('of a foreign job runs in the name of its owner, when both may start it', async () => {
      const { ask, failedJob, film, policy, did } = await desk();
      const jobId = await failedJob();
      const may = { allow: ['*', '*/*', 'others/*'], deny: [] };
      const retried = async (admin: object, user: object): Promise<unknown> => {
        const roles = { admin: { ...may, ...admin }, user: { allow: ['*'], deny: [], ...user } };
        policy.replace(rules({ roles: new Map(Object.entries(roles)) }));
        const { error, result } = await ask(ROOT, 'jobs/retry', { jobId });
        return error?.data.name ?? result.status;
      };
      expect(await retried({ deny: ['film'] }, {})).to.equal('TOOL_DENIED');
      expect(await retried({}, { deny: ['film'] })).to.equal('TOOL_DENIED');
      expect(await retried({ allow: ['*', '*/*'] }, {})).to.equal('NOT_FOUND');
      expect(await retried({}, { deny: ['jobs/retry'] })).to.equal('queued');
      await until(() => film.runs.length === 2);
      expect(film.runs[1]?.ctx.principal).to.deep.equal(ADA);
      expect(did).to.deep.equal([['job', 'jobs/retry', ROOT.id, jobId]]);
    });
  });

  it('tell the audit trail what was stopped and by whom, and not what was refused', async () => {
    const { ask, film, did } = await desk();
    const { jobId } = (await ask(ADA, 'jobs/submit', FILM)).result;
    await until(() => film.runs.length === 1);
    expect((await ask({ ...ADA, id: 'key:bob' }, 'jobs/cancel', { jobId })).error.code).to.equal(4040);
    expect((await ask(ROOT, 'jobs/cancel', { jobId })).result).to.include({ status: 'canceled' });
    expect((await ask(ROOT, 'jobs/cancel', { jobId })).error.code).to.equal(4090);
    expect(did).to.deep.equal([['job', 'jobs/cancel', ROOT.id, jobId]]);
  });

  describe('the bound of unfinished jobs', () => {
    it('is not passed by calls of one turn, whatever their method, and a repeated key is answered at it', async () => {
      const { ask, ledger } = await desk({ limits: new Map([['user', { jobs: 2 }]]) });
      const submit = (idempotencyKey: string) => ask(ADA, 'jobs/submit', { ...PATHLESS, _meta: { idempotencyKey } });
      const call = () => ask<{ structuredContent: JsonObject }>(ADA, 'tools/call', PATHLESS);
      const [first, again, second, third, fourth] = await Promise.all([
        submit('a'),
        submit('a'),
        call(),
        call(),
        submit('b'),
      ]);
      expect(again.result.jobId).to.equal(first.result.jobId);
      expect(second.result.structuredContent).to.have.property('task_id');
      for (const { error } of [third, fourth]) {
        expect(error).to.deep.include({
          message: 'Cannot start another job: the role "user" may have 2 unfinished; wait for one to end or cancel it',
        });
        expect(error.data).to.deep.include({ name: 'TOO_MANY_IN_FLIGHT', retryAfterMs: 5_000 });
      }
      expect(ledger.read.unfinishedOf(ADA.id)).to.equal(2);
      expect((await submit('a')).result.jobId).to.equal(first.result.jobId);
      await ask(ADA, 'jobs/cancel', { jobId: first.result.jobId });
      expect((await submit('b')).result).to.have.property('jobId');
    });
  });

  describe('a job tool that is called', () => {
    it('makes no job for somebody who may not look at jobs', async () => {
      const roles = new Map([['user', { allow: ['*'], deny: ['jobs/*'] }]]);
      const { ask, ledger } = await desk({ roles });
      const { error } = await ask(ADA, 'tools/call', FILM);
      expect(error).to.deep.include({ code: 4030, message: 'Cannot use "jobs/get": the role "user" may not' });
      expect(ledger.read.unfinished()).to.deep.equal([]);
    });

    it('is waited for by somebody who may not follow events', async () => {
      const roles = new Map([['user', { allow: ['*'], deny: ['events/*'] }]]);
      const { ask, film } = await desk({ roles });
      const waiting = { ...PATHLESS, arguments: { wait_for_completion: true } };
      const answer = ask<{ structuredContent: JsonObject }>(ADA, 'tools/call', waiting);
      await until(() => film.runs.length === 1);
      film.runs[0]?.answer({ seconds: 3 });
      expect((await answer).result).to.deep.equal({ structuredContent: { seconds: 3 } });
    });
  });
});
