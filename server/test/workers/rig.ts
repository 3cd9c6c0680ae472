import { type JobTicket, Registry } from '@callsheet/discovery';
import { CallError, type HeldWork, type JsonObject, type Principal, type RegisterResult } from '@callsheet/protocol';
import type { Method } from '../../src/methods/method.ts';
import { serviceMethods } from '../../src/methods/services.ts';
import { workMethods } from '../../src/methods/work.ts';
import type { House } from '../../src/session/house.ts';
import { Registrations, type RegistrationsParts } from '../../src/workers/registrations.ts';
import { RequestIds } from '../../src/workers/request-ids.ts';
import type { ReturnedJob } from '../../src/workers/returning-jobs.ts';
import type { SocketLink } from '../../src/workers/socket-link.ts';
import { WorkDesk } from '../../src/workers/work-desk.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { houseOf, talk } from '../session/talk.ts';

export const WORKER: Principal = { id: 'key:worker', role: 'worker', scopes: [] };
export const OTHER: Principal = { id: 'key:other', role: 'worker', scopes: [] };

const TOOLS: readonly JsonObject[] = [{ name: 'speak', inputSchema: { type: 'object' } }];

/** What a worker says when it registers; change what the test is about. */
export function saying(
  worker: JsonObject = {},
  more: { readonly tools?: readonly JsonObject[]; readonly holds?: readonly HeldWork[] } = {},
): JsonObject {
  const facts = { instanceId: 'instance-of-a-test', epoch: 1, name: 'gpu-7', version: '1.0.0', slots: 2, ...worker };
  return { worker: facts, tools: [...(more.tools ?? TOOLS)], ...(more.holds && { holds: more.holds as never }) };
}

/** A registry, the registrations of its workers, and a house whose methods are those of workers. */
export function workerHouse(
  parts: Partial<RegistrationsParts> = {},
  changes: Partial<House> = {},
  methods: Record<string, Method> = {},
) {
  const clock = new FakeClock();
  const registry = new Registry({ clock, log: keptLog() });
  const returned: { readonly workerId: string; readonly jobs: readonly ReturnedJob[] }[] = [];
  const awaited: JobTicket[] = [];
  const registrations = new Registrations({
    registry,
    ids: new RequestIds('prefix-of-rig'),
    clock,
    mayOffer: () => true,
    checkTools: () => {},
    returning: {
      returned: (workerId, jobs) => {
        returned.push({ workerId, jobs });
        return jobs.map(({ job }) => job).filter(({ id }) => awaited.some((ticket) => ticket.id === id));
      },
    },
    graceMs: 3_000,
    keepJobsMs: 60_000,
    ...parts,
  });
  const fleet = { registry, list: () => ({ listed: true }), explain: (tool: string) => ({ tool }) };
  const house = houseOf(
    { ...serviceMethods(registrations, fleet), ...workMethods(new WorkDesk(registrations)), ...methods },
    { clock, defer: (work) => queueMicrotask(work), ...changes },
  );
  return { clock, registry, registrations, house, returned, awaited };
}

let asked = 0;

/** A worker on a session of its own, which says and hears what a test wants. */
export class DialledIn {
  readonly talk: ReturnType<typeof talk>;
  readonly #house: ReturnType<typeof workerHouse>;

  constructor(house: ReturnType<typeof workerHouse>, principal: Principal = WORKER) {
    this.#house = house;
    this.talk = talk(house.house, principal);
  }

  /** Asks something and answers its result. @throws CallError that of the answer */
  async ask(method: string, params: JsonObject = {}): Promise<JsonObject> {
    const id = `asked-${++asked}`;
    const answers = await this.talk.say({ jsonrpc: '2.0', id, method, params });
    const answer = (answers as JsonObject[]).find((message) => message.id === id);
    if (answer === undefined) throw new Error(`no answer to ${method}: ${JSON.stringify(answers)}`);
    if (answer.error !== undefined) throw CallError.fromWire(answer.error as never);
    return answer.result as JsonObject;
  }

  /** Registers and says that it is ready. */
  async register(...said: Parameters<typeof saying>): Promise<RegisterResult> {
    const result = (await this.ask('services/register', saying(...said))) as unknown as RegisterResult;
    await this.ask('services/heartbeat');
    return result;
  }

  get link(): SocketLink {
    return this.#house.registrations.of(this.talk.conversation).facts.link;
  }

  /** The requests and notifications it heard, oldest first. */
  heard(method: string): JsonObject[] {
    return this.talk.frames
      .map((frame) => JSON.parse(frame) as JsonObject)
      .filter((message) => message.method === method);
  }

  /** Says something nobody answers. */
  async note(method: string, params: JsonObject): Promise<void> {
    await this.talk.say({ jsonrpc: '2.0', method, params });
  }

  async answer(id: string, output: unknown): Promise<unknown[]> {
    return this.talk.say({ jsonrpc: '2.0', id, result: { structuredContent: output } });
  }
}

/** The name of what a promise is refused with, and its sentence. */
export async function refusedWith(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!CallError.is(error)) throw new Error(`expected a refusal, got ${String(error)}`);
  return `${error.errorName}: ${error.message}`;
}
