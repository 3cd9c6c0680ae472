import { CallError, DEFAULT_LIMITS, METHODS, type MethodRow, type Principal } from '@callsheet/protocol';
import type { ConnectionFacts } from '../../src/auth/connection-facts.ts';
import type { Identity } from '../../src/auth/identity.ts';
import { Tally } from '../../src/limits/tally.ts';
import type { Method } from '../../src/methods/method.ts';
import { methodTable } from '../../src/methods/table.ts';
import { Schemas } from '../../src/pipeline/schemas.ts';
import { Conversation } from '../../src/session/conversation.ts';
import type { House } from '../../src/session/house.ts';
import { Marker } from '../../src/session/observed-request.ts';
import { ResumeDesk } from '../../src/session/resume-desk.ts';
import { Traffic } from '../../src/session/traffic.ts';
import type { Wire } from '../../src/session/wire.ts';
import { FakeClock } from '../fake-clock.ts';

export const ALICE: Principal = { id: 'key:alice', role: 'admin', scopes: [] };

export const HERE: ConnectionFacts = {
  address: '127.0.0.1',
  method: 'GET',
  path: '/rpc',
  query: '',
  host: 'localhost',
  secure: false,
};

/** Somebody who proved to be this caller, by a key that has no end. */
export function identityOf(principal: Principal, changes: Partial<Identity> = {}): Identity {
  return { principal, means: 'apiKey', credential: principal.id, stillGood: () => true, ...changes };
}

/** The real row of a real method; for one made up for a test, any parameters by name. */
function rowsFor(names: readonly string[]): Record<string, MethodRow> {
  const real: Readonly<Record<string, MethodRow>> = METHODS;
  return Object.fromEntries(names.map((name) => [name, real[name] ?? { params: { type: 'object' }, summary: name }]));
}

export function houseOf(methods: Record<string, Method>, changes: Partial<House> = {}): House {
  let requests = 0;
  return {
    methods: methodTable(methods, new Schemas(), rowsFor(Object.keys(methods))),
    limits: DEFAULT_LIMITS,
    maxInFlight: 64,
    maxInFlightOf: () => 256,
    demand: () => {},
    windows: new Tally(),
    connectionRate: undefined,
    desk: new ResumeDesk({ mostWaiting: 100 }),
    resumeWindowMs: 120_000,
    history: { maxMessages: 1_000, maxLength: 1_048_576 },
    clock: new FakeClock(),
    maxUnwritten: 1_048_576,
    maxBatchAnswer: 4_194_304,
    maxOpeningBytes: 16_384,
    maxUnreadable: 100,
    draining: () => false,
    clean: (told) => told,
    nextRequestId: () => `req-${++requests}`,
    marker: new Marker(),
    traffic: new Traffic(),
    onFault: () => {},
    onRefused: () => {},
    defer: (work) => queueMicrotask(work),
    ...changes,
  };
}

let sessions = 0;

/** A conversation whose wire is two arrays. */
export function talk(house: House, caller: Principal | Identity | 'stranger' = ALICE, at: ConnectionFacts = HERE) {
  const sent: string[] = [];
  const closes: { code: number; reason: string }[] = [];
  const identified: Identity[] = [];
  let served: Conversation | undefined;
  const wire: Wire = {
    transport: 'websocket',
    send: (text) => void sent.push(text),
    cork: () => {},
    uncork: () => {},
    close: (code, reason) => {
      closes.push({ code, reason });
      served?.ended(code);
    },
    identified: (identity) => void identified.push(identity),
    carry: (conversation) => {
      served = conversation;
    },
  };
  const identity = caller === 'stranger' ? undefined : 'principal' in caller ? caller : identityOf(caller);
  const conversation = new Conversation(`ses_${++sessions}`, house, wire, at, identity);
  served = conversation;
  return {
    conversation,
    closes,
    identified,
    frames: sent,
    /** Cuts the connection without a word. */
    cut(code = 1006): void {
      served?.ended(code);
      served = undefined;
    },
    /** Sends a text and answers what came back, parsed, once all work at hand is done. */
    async say(text: string | object): Promise<unknown[]> {
      const before = sent.length;
      served?.receive(typeof text === 'string' ? text : JSON.stringify(text));
      await settled();
      return sent.slice(before).map((frame) => JSON.parse(frame));
    },
  };
}

/** Lets every promise that can settle without outside help do so. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

export const failing: Record<string, Method> = {
  explode: () => {
    throw new Error('the password is hunter2');
  },
  refuse: () => Promise.reject(new CallError('OVERLOADED', 'Cannot take more', { retryAfterMs: 10 })),
  cyclic: () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    return loop;
  },
};
