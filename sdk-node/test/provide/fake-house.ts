import { randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject, requestText } from '@callsheet/protocol';
import type { Transport } from '@callsheet/sdk-core';
import { FakeClock, settle } from '../../../sdk-core/test/fake-clock.ts';
import { FakeGateway, type FakeLine, SESSION } from '../../../sdk-core/test/fake-gateway.ts';
import { type ProvideOptions, type Provider, provide } from '../../src/index.ts';
import type { ProvidePlatform } from '../../src/provide/platform.ts';

/** What `services/register` answers unless a test says otherwise. */
export const REGISTERED: JsonObject = {
  workerId: 'w_1',
  epoch: 1,
  heartbeatMs: 5_000,
  graceMs: 3_000,
  keepJobsMs: 60_000,
  wanted: [],
  workKey: 'wk_1',
};

/** `_meta` of a call unless a test says otherwise. */
export const META: JsonObject = {
  deadlineMs: 30_000,
  attempt: 1,
  principal: { id: 'key:alice', role: 'user', scopes: ['tools:call'] },
  project: 'reef',
};

/** The gateway's end of worker conversations, scripted. */
export class FakeHouse {
  readonly gateway: FakeGateway;
  /** Which held ids are still wanted. */
  wanted: readonly string[] = [];
  /** Gateways it tells of, itself first. */
  gateways: readonly string[] = [];
  /** Calls as they were sent, by id. */
  readonly texts = new Map<string, string>();
  readonly #key = `wk_${randomUUID()}`;
  readonly #prefix = randomUUID().slice(0, 8);
  #lastCall = 0;

  constructor(gateway = new FakeGateway(true)) {
    this.gateway = gateway;
    Object.assign(gateway.handlers, {
      'session/open': () => ({ ...SESSION, gateways: [...this.gateways] }),
      'services/register': (params: JsonObject) => {
        const { epoch } = params.worker as { epoch: number };
        return { ...REGISTERED, epoch, workKey: this.#key, wanted: [...this.wanted] };
      },
      'services/heartbeat': () => ({}),
      'services/drain': () => ({}),
    });
  }

  get line(): FakeLine {
    return this.gateway.line;
  }

  /** Sends a call and answers its id. */
  call(name: string, args: Json = {}, meta: JsonObject = {}, line = this.line): string {
    const id = `${this.#prefix}-${++this.#lastCall}`;
    const text = requestText(id, 'tools/call', { name, arguments: args, _meta: { ...META, ...meta } });
    this.texts.set(id, text);
    line.say(text);
    return id;
  }

  /** Everything the worker answered under an id, over all lines. */
  answers(id: string): JsonObject[] {
    return this.gateway.lines.flatMap((line) => answersOn(line).filter((answer) => answer.id === id));
  }

  /** The one answer of an id. */
  answer(id: string): JsonObject {
    const answers = this.answers(id);
    if (answers.length !== 1) throw new Error(`${answers.length} answers to ${id}`);
    return answers[0] ?? {};
  }

  /** What was thrown, of an answer that is an error. */
  error(id: string): { code: number; message: string; data: JsonObject } {
    return this.answer(id).error as never;
  }

  progress(id: string): JsonObject[] {
    const all = this.gateway.lines.flatMap((line) => line.requests('notifications/progress'));
    return all.map(({ params }) => params).filter(({ progressToken }) => progressToken === id);
  }

  registrations(): JsonObject[] {
    return this.gateway.lines.flatMap((line) => line.requests('services/register').map(({ params }) => params));
  }
}

/** Messages of a line that are answers. */
export function answersOn(line: FakeLine): JsonObject[] {
  const messages = line.frames.flatMap((frame): unknown => JSON.parse(frame));
  return messages.filter(isJsonObject).filter(({ method }) => method === undefined);
}

/** Signals a test sends. */
export class FakeSignals {
  readonly listeners: [string, () => void][] = [];

  on(signal: string, listener: () => void): void {
    this.listeners.push([signal, listener]);
  }

  off(signal: string, listener: () => void): void {
    const at = this.listeners.findIndex(([name, one]) => name === signal && one === listener);
    if (at >= 0) this.listeners.splice(at, 1);
  }

  send(signal: string): void {
    for (const [name, listener] of [...this.listeners]) if (name === signal) listener();
  }
}

/** Gateways by address; all others are down. */
export function transportTo(houses: Readonly<Record<string, FakeHouse>>): Transport {
  const nobody = new FakeGateway(true);
  nobody.down = true;
  return {
    sendsCredential: true,
    connect: (url, listener, credential) =>
      (houses[url]?.gateway ?? nobody).transport.connect(url, listener, credential),
  };
}

export interface Stage {
  readonly house: FakeHouse;
  readonly clock: FakeClock;
  readonly signals: FakeSignals;
  /** Lines of the worker's own log. */
  readonly logged: string[];
  readonly platform: Partial<ProvidePlatform>;
}

export function stage(house = new FakeHouse(), random: () => number = () => 0.5): Stage {
  const clock = new FakeClock();
  const signals = new FakeSignals();
  const logged: string[] = [];
  const platform: Partial<ProvidePlatform> = {
    transport: house.gateway.transport,
    clock,
    now: () => 1_000_000 + clock.now(),
    random,
    environment: {},
    signals,
    stderr: { write: (text) => logged.push(text) },
  };
  return { house, clock, signals, logged, platform };
}

/** A worker that is registered. */
export async function provideOn(
  on: Stage,
  options: Partial<ProvideOptions> & Pick<ProvideOptions, 'tools'>,
): Promise<Provider> {
  const provider = await provide({ url: 'ws://gateway.test', name: 'tts', slots: 4, ...options }, on.platform);
  await settle();
  return provider;
}

/** A promise and what settles it. */
export function deferred<T = Json>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let settlers: { resolve(value: T): void; reject(error: unknown): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settlers = { resolve, reject };
  });
  return {
    promise,
    resolve: (value) => settlers?.resolve(value),
    reject: (error) => settlers?.reject(error),
  };
}

export { SESSION, settle };
