import { CallError, type EventParams, type Json, type Principal } from '@callsheet/protocol';
import type { Session } from '../session/session.ts';
import type { Method } from './method.ts';
import type { Followed, Topics } from './topics.ts';

/** Topics one session may follow at once. */
const MOST = 256;

/**
 * `events/subscribe` and `events/unsubscribe`. Subscriptions end with their session.
 *
 * @param mayFollow whether somebody may hear of what belongs to somebody.
 */
export function eventMethods(
  events: Topics,
  newId: () => string,
  mayFollow: (principal: Principal, owner: string) => boolean,
): Record<'events/subscribe' | 'events/unsubscribe', Method> {
  const bySession = new WeakMap<Session, Map<string, Followed>>();
  const of = (session: Session): Map<string, Followed> => {
    const known = bySession.get(session);
    if (known !== undefined) return known;
    const subscriptions = new Map<string, Followed>();
    bySession.set(session, subscriptions);
    session.onEnd(() => {
      for (const subscription of subscriptions.values()) subscription.close();
    });
    return subscriptions;
  };
  return {
    'events/subscribe': ({ topic, after }, { session }) => {
      const subscriptions = of(session);
      if (subscriptions.size >= MOST) {
        throw new CallError('OVERLOADED', `Cannot follow more than ${MOST} topics at once; unsubscribe from one`);
      }
      const subscription = newId();
      const from = typeof after === 'number' ? after : undefined;
      const followed = events.subscribe(session.principal, String(topic), from, ({ topic, seq, at, data }) => {
        // Rights end while a topic is followed: by a new policy, by a credential that carries less. The first event comes
        // a turn after the subscription.
        const may = followed.mayFollow?.(session.principal) ?? mayFollow(session.principal, followed.owner ?? '');
        if (!may) {
          followed.close();
          subscriptions.delete(subscription);
          return;
        }
        const params: EventParams = { subscription, topic, seq, at, data: data as unknown as Json };
        session.notify('events/event', params);
      });
      subscriptions.set(subscription, followed);
      return { subscription, topic: followed.topic, lastSeq: followed.lastSeq };
    },
    'events/unsubscribe': ({ subscription }, { session }) => {
      const subscriptions = of(session);
      const followed = subscriptions.get(String(subscription));
      if (followed === undefined) throw new CallError('NOT_FOUND', 'Cannot unsubscribe: there is no such subscription');
      followed.close();
      subscriptions.delete(String(subscription));
      return {};
    },
  };
}
