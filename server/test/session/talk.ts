import { CallError, DEFAULT_LIMITS, METHODS, type MethodRow, type Principal } from '@callsheet/protocol';
import type { Method } from '../../src/methods/method.ts';
import { methodTable } from '../../src/methods/table.ts';
import { Schemas } from '../../src/pipeline/schemas.ts';
import { Conversation } from '../../src/session/conversation.ts';
import type { House } from '../../src/session/house.ts';
import { PrincipalWindows } from '../../src/session/in-flight.ts';

export const ALICE: Principal = { id: 'key:alice', role: 'admin', scopes: [] };

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
    maxInFlightPerPrincipal: 256,
    windows: new PrincipalWindows(),
    maxOpeningBytes: 16_384,
    maxUnreadable: 100,
    draining: () => false,
    nextRequestId: () => `req-${++requests}`,
    onFault: () => {},
    defer: (work) => queueMicrotask(work),
    ...changes,
  };
}

/** A conversation whose wire is two arrays. */
export function talk(house: House, caller: Principal | 'stranger' = ALICE) {
  const sent: string[] = [];
  const closes: { code: number; reason: string }[] = [];
  const conversation = new Conversation(
    'ses_1',
    house,
    {
      send: (text) => sent.push(text),
      cork: () => {},
      uncork: () => {},
      close: (code, reason) => {
        closes.push({ code, reason });
        conversation.ended();
      },
    },
    caller === 'stranger' ? undefined : caller,
  );
  return {
    conversation,
    closes,
    frames: sent,
    /** Sends a text and answers what came back, parsed, once all work at hand is done. */
    async say(text: string | object): Promise<unknown[]> {
      const before = sent.length;
      conversation.receive(typeof text === 'string' ? text : JSON.stringify(text));
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
