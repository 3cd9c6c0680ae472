import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@callsheet/protocol';
import { type Answer, Caller } from './caller.ts';
import type { Target } from './target.ts';

/** May offer everything, as `keys create --role worker` has it. */
export const WORKER = 'the-key-of-a-worker-that-went-bad-0000';
/** Of somebody else's worker. */
export const OTHER_WORKER = 'the-key-of-a-worker-that-is-good-00000';

/** For `auth.api_keys`. */
export const WORKER_KEYS = {
  hostile: { key: WORKER, role: 'worker' },
  decent: { key: OTHER_WORKER, role: 'worker' },
};

export interface Asked {
  readonly id: string;
  readonly method: string;
  readonly params: JsonObject;
}

/** What a worker says of itself, everything as large as it may be. */
export function facts(more: object = {}): JsonObject {
  const instanceId = randomBytes(16).toString('base64url');
  return { instanceId, epoch: 1, name: 'a worker', version: '1.0.0', slots: 10_000, weight: 100, ...more };
}

export function toolRow(name: string, more: object = {}): JsonObject {
  return { name, inputSchema: { type: 'object' }, ...more };
}

/** A worker that says what it is told to say. */
export class HostileWorker {
  readonly socket: Caller;
  workKey = '';

  private constructor(socket: Caller) {
    this.socket = socket;
  }

  static async connect(target: Pick<Target, 'url'>, key = WORKER): Promise<HostileWorker> {
    return new HostileWorker(await Caller.open(target, { key }));
  }

  /** Connected, registered and ready. */
  static async serving(
    target: Pick<Target, 'url'>,
    tools: readonly JsonObject[],
    { key = WORKER, ...more }: { readonly key?: string } & JsonObject = {},
  ): Promise<HostileWorker> {
    const worker = await HostileWorker.connect(target, key);
    const { error } = await worker.register(tools, facts(more));
    if (error !== undefined) throw new Error(error.message);
    await worker.socket.ask('services/heartbeat');
    return worker;
  }

  async register(tools: readonly JsonObject[], worker = facts(), holds: readonly object[] = []): Promise<Answer> {
    const answer = await this.socket.ask('services/register', { worker, tools, holds });
    if (answer.error === undefined) this.workKey = String(answer.result.workKey);
    return answer;
  }

  /** The next call it is asked to do. */
  async asked(): Promise<Asked> {
    for (;;) {
      const notice = (await this.socket.notice()) as unknown as Asked;
      if (notice.method === 'tools/call') return notice;
    }
  }

  /** The next notification of this kind. */
  async told(method: string): Promise<JsonObject> {
    for (;;) {
      const notice = await this.socket.notice();
      if (notice.method === method) return notice.params;
    }
  }

  answer(id: string, structuredContent: unknown): void {
    this.socket.send({ jsonrpc: '2.0', id, result: { structuredContent } });
  }

  refuse(id: string, error: object): void {
    this.socket.send({ jsonrpc: '2.0', id, error });
  }

  cut(): void {
    this.socket.cut();
  }
}
