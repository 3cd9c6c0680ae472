import {
  CallError,
  isFinal,
  type JobStatus,
  type JobView,
  type Json,
  type JsonObject,
  type ProgressReport,
} from '@callsheet/protocol';
import type { ScriptedGateway } from './scripted-gateway.ts';
import { isoTime } from './test-time.ts';
import { readCall, type ToolDesk, toldOf } from './test-tools.ts';
import { TestTopic, type TestTopics } from './test-topics.ts';

interface Job {
  view: JobView;
  readonly params: JsonObject;
  readonly topic: TestTopic;
  /** Of the attempt that runs. */
  abort: AbortController | undefined;
}

/** The jobs of a test gateway. They outlive sessions and restarts: what ran is run again, as after a crash. */
export class TestJobs {
  readonly #tools: ToolDesk;
  readonly #topics: TestTopics;
  readonly #now: () => number;
  readonly #all: TestTopic;
  readonly #jobs = new Map<string, Job>();
  readonly #byKey = new Map<string, Job>();

  constructor(gateway: ScriptedGateway, tools: ToolDesk, topics: TestTopics, now: () => number) {
    this.#tools = tools;
    this.#topics = topics;
    this.#now = now;
    this.#all = topics.add(new TestTopic('jobs', now));
    const json = (view: JobView): Json => view as unknown as Json;
    Object.assign(gateway.handlers, {
      'jobs/submit': (params) => json(this.submit(params)),
      'jobs/get': ({ jobId }) => json(this.get(jobId)),
      'jobs/list': () => ({ jobs: [...this.#jobs.values()].reverse().map(({ view }) => json(view)) }),
      'jobs/cancel': ({ jobId }) => json(this.cancel(jobId)),
      'jobs/retry': ({ jobId }) => json(this.retry(jobId)),
    } satisfies ScriptedGateway['handlers']);
  }

  /** Takes a job on; the same idempotency key gives the same job. @throws CallError TOOL_NOT_FOUND, INVALID_PARAMS */
  submit(params: JsonObject): JobView {
    const { name, meta } = readCall(params);
    this.#tools.find(name);
    const known = meta.idempotencyKey === undefined ? undefined : this.#byKey.get(meta.idempotencyKey);
    if (known !== undefined) return known.view;
    const jobId = `job_${this.#jobs.size + 1}`;
    const view: JobView = {
      jobId,
      tool: name,
      project: meta.project ?? 'default',
      status: 'queued',
      progress: 0,
      attempt: 0,
      createdAt: isoTime(this.#now()),
      lastSeq: 0,
    };
    const topic = this.#topics.add(new TestTopic(`jobs/${jobId}`, this.#now));
    const job: Job = { view, params, topic, abort: undefined };
    this.#jobs.set(jobId, job);
    if (meta.idempotencyKey !== undefined) this.#byKey.set(meta.idempotencyKey, job);
    this.#enqueue(job);
    return job.view;
  }

  /** @throws CallError NOT_FOUND */
  get(jobId: unknown): JobView {
    return this.#find(jobId).view;
  }

  /** @throws CallError CONFLICT when it is final */
  cancel(jobId: unknown): JobView {
    const job = this.#find(jobId);
    if (isFinal(job.view.status))
      throw new CallError('CONFLICT', `Job "${job.view.jobId}" is ${job.view.status} already`);
    job.abort?.abort(new CallError('CANCELLED', 'the job was canceled'));
    return this.#end(job, 'canceled', {});
  }

  /** @throws CallError CONFLICT unless it failed or was canceled */
  retry(jobId: unknown): JobView {
    const job = this.#find(jobId);
    const { status } = job.view;
    if (status !== 'failed' && status !== 'canceled')
      throw new CallError('CONFLICT', `Job "${String(jobId)}" is ${status}`);
    return this.#enqueue(job);
  }

  /** The gateway went down and came back: every attempt that ran is over, and its job waits again. */
  crash(): void {
    for (const job of this.#jobs.values()) {
      if (job.view.status !== 'in_progress') continue;
      job.abort?.abort(new CallError('CANCELLED', 'the gateway restarted'));
      this.#enqueue(job);
    }
  }

  #find(jobId: unknown): Job {
    const job = this.#jobs.get(String(jobId));
    if (job === undefined) throw new CallError('NOT_FOUND', `There is no job "${String(jobId)}"`);
    return job;
  }

  #enqueue(job: Job): JobView {
    const { result: _result, error: _error, completedAt: _completedAt, ...view } = job.view;
    job.view = { ...view, progress: 0 };
    const abort = new AbortController();
    job.abort = abort;
    const queued = this.#become(job, 'queued', {});
    queueMicrotask(() => this.#attempt(job, abort));
    return queued;
  }

  /** What an attempt says after another one began, or after the job ended, is not heard. */
  #attempt(job: Job, { signal }: AbortController): void {
    if (signal.aborted) return;
    const { name, args, meta } = readCall(job.params);
    const attempt = job.view.attempt + 1;
    this.#become(job, 'in_progress', { attempt, startedAt: isoTime(this.#now()) });
    const progress = (report: ProgressReport): void => {
      if (!signal.aborted) this.#progress(job, report);
    };
    const done = (result: Json): void => {
      if (!signal.aborted) this.#end(job, 'completed', { progress: 1, result });
    };
    const failed = (error: unknown): void => {
      if (!signal.aborted) this.#end(job, 'failed', { error: CallError.from(error).toWire() });
    };
    try {
      const { jobId } = job.view;
      const value = this.#tools.run(name, args, { signal, meta, jobId, attempt, progress });
      if (value instanceof Promise) value.then(done, failed);
      else done(value);
    } catch (error) {
      failed(error);
    }
  }

  #progress(job: Job, report: ProgressReport): void {
    const told = { progress: report.fraction, ...toldOf(report) };
    job.view = { ...job.view, ...told, lastSeq: job.topic.lastSeq + 1 };
    job.topic.tell({ type: 'progress', jobId: job.view.jobId, ...told });
  }

  #end(job: Job, status: JobStatus, change: Partial<JobView>): JobView {
    job.abort = undefined;
    return this.#become(job, status, { ...change, completedAt: isoTime(this.#now()) });
  }

  #become(job: Job, status: JobStatus, change: Partial<JobView>): JobView {
    job.view = { ...job.view, ...change, status, lastSeq: job.topic.lastSeq + 1 };
    const event = { type: 'state', job: job.view } as unknown as JsonObject;
    job.topic.tell(event);
    this.#all.tell(event);
    return job.view;
  }
}
