import { CallError, isJsonObject, type JobView, type Json, type JsonObject } from '@callsheet/protocol';
import type { AnyTools } from '../tool-types.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedGateway } from './scripted-gateway.ts';
import { serveCalls } from './test-calls.ts';
import { TestJobs } from './test-jobs.ts';
import { TestKeys } from './test-keys.ts';
import { type TestCall, type TestTools, ToolDesk } from './test-tools.ts';
import { TestTopic, TestTopics } from './test-topics.ts';

export interface TestGatewayOptions<T = AnyTools> {
  readonly tools?: NoInfer<TestTools<T>>;
  /** The clock of jobs, events and sessions, and of clients made with `testClient`. A new one when not said. */
  readonly clock?: FakeClock;
  /** Whether a credential is good. All are, and none is needed, when not said. */
  accept?(credential: JsonObject | undefined): boolean;
  /** False: sessions end with their sockets. */
  readonly resume?: boolean;
  /** False: one message a frame. */
  readonly coalesce?: boolean;
  /** Calls a client may have open at once. 64 when not said. */
  readonly maxInFlight?: number;
}

/**
 * A gateway in memory: tools, jobs, events and sessions work as PROTOCOL.md says, without a network, a disk or real time.
 * What it does not know is answered with METHOD_NOT_FOUND; `handlers` adds methods or puts others in their place.
 */
export class TestGateway<T = AnyTools> extends ScriptedGateway {
  readonly clock: FakeClock;
  /** Uniform in [0, 1), the same in every run; clients made with `testClient` share it, so that no two make the same keys. */
  readonly random: () => number = repeatable();
  readonly #tools = new ToolDesk();
  readonly #topics: TestTopics;
  readonly #jobs: TestJobs;
  readonly #keys: TestKeys;

  constructor(options: TestGatewayOptions<T> = {}) {
    const { tools = {}, clock = new FakeClock(), accept = () => true, resume = true, coalesce = true } = options;
    super({ resume, coalesce, clock });
    const now = (): number => clock.now();
    this.clock = clock;
    if (options.maxInFlight !== undefined) this.facts.window = { maxInFlight: options.maxInFlight };
    this.#tools.serve(tools);
    this.#topics = new TestTopics(this);
    this.#jobs = new TestJobs(this, this.#tools, this.#topics, now);
    this.#keys = new TestKeys(now);
    serveCalls(this, this.#tools, this.#jobs, this.#keys);
    const check = (auth: Json | undefined): void => {
      if (!accept(isJsonObject(auth) ? auth : undefined)) throw new CallError('UNAUTHENTICATED');
    };
    Object.assign(this.handlers, {
      'session/open': (params, _request, line) => {
        check(params.auth ?? (line.credential as JsonObject | undefined));
        return this.open(params, line);
      },
      'session/refresh': ({ auth }) => {
        check(auth);
        return { principal: { id: 'key_1', role: 'admin', scopes: [] } };
      },
      'session/close': (_params, { id }, line) => {
        line.answer(id, {});
        line.drop(1000, 'closed by the client');
        return undefined;
      },
    } satisfies ScriptedGateway['handlers']);
    this.otherwise = (_params, { id, method }) => {
      // Notifications are never answered, known or not.
      if (id === undefined) return undefined;
      throw new CallError('METHOD_NOT_FOUND', `There is no method "${method}"`);
    };
  }

  /** Every run of a tool, oldest first, in calls and in jobs. */
  get calls(): readonly TestCall[] {
    return this.#tools.calls;
  }

  /** Offers these tools instead of those before, and tells every client that the list is another one. */
  serve(tools: NoInfer<TestTools<T>>): void {
    this.#tools.serve(tools);
    this.notify('tools/list_changed', {});
  }

  /** A job as its owner sees it. @throws CallError NOT_FOUND */
  job(jobId: string): JobView {
    return this.#jobs.get(jobId);
  }

  /** A topic clients may follow, made when there is none of this name. */
  topic(name: string): TestTopic {
    return this.#topics.find(name) ?? this.#topics.add(new TestTopic(name, () => this.clock.now()));
  }

  override restart(code?: number): void {
    this.#keys.crash();
    super.restart(code);
    this.#jobs.crash();
  }
}

/** Makes a gateway for tests. */
export function createTestGateway<T = AnyTools>(options?: TestGatewayOptions<T>): TestGateway<T> {
  return new TestGateway(options);
}

/** Lehmer's generator with the constants of Park and Miller (CACM 31, 1988): one sequence, always the same. */
function repeatable(): () => number {
  let state = 1;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
