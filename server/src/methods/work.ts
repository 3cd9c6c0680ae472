import { isJsonObject, type Json } from '@callsheet/protocol';
import type { WorkDesk } from '../workers/work-desk.ts';
import type { Invocation, Method } from './method.ts';

type WorkMethods = 'work/call' | 'work/recall' | 'work/remember' | 'work/link';

/**
 * `work/*`: what a worker asks for a call it works on.
 *
 * | method | answers |
 * |---|---|
 * | `work/call` | `{structuredContent}`, as `tools/call` does |
 * | `work/recall` | `{found: true, value}` or `{found: false}` |
 * | `work/remember` | `{value}`: what is remembered now, by whoever was first |
 * | `work/link` | `{url, asset}` |
 */
export function workMethods(desk: WorkDesk): Record<WorkMethods, Method> {
  return {
    'work/call': async ({ work, name, arguments: args }, { session, cancellation }) => {
      const answer = desk.call(session, String(work), String(name), isJsonObject(args) ? args : {});
      return { structuredContent: await unless(cancellation, answer) };
    },
    'work/recall': ({ work, key }, { session }) => desk.recall(session, String(work), String(key)),
    'work/remember': async ({ work, key, value }, { session }) => ({
      value: await desk.remember(session, String(work), String(key), value ?? null),
    }),
    'work/link': ({ work, ref }, { session }) => desk.link(session, String(work), String(ref)),
  };
}

/** A nested call ends with the call it is for; who only stops waiting for it is answered at once. */
function unless(cancellation: Invocation['cancellation'], answer: Promise<Json>): Promise<Json> {
  return new Promise((resolve, reject) => {
    if (cancellation.reason !== undefined) reject(cancellation.reason);
    cancellation.settleWith(reject);
    answer.then(resolve, reject);
  });
}
