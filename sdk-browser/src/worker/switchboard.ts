import type { Json, JsonObject } from '@callsheet/protocol';
import { ConnectionError, type RpcClientError, type Session } from '@callsheet/sdk-core';
import { keepConnection, type Message, type Settings, type Timer } from '@callsheet/sdk-core/platform';
import type { TabPort } from './tab-port.ts';

/** A message of a tab. */
interface Said {
  readonly id?: Json;
  readonly method: string;
  readonly params?: JsonObject & { readonly _meta?: JsonObject };
}

/** What the gateway was asked and has not answered. */
interface Request {
  readonly said: Said;
  /** Undefined when nobody wants the answer any more. */
  tab: TabPort | undefined;
  /** Which of the messages of this session it is. */
  ordinal: number;
}

/** A connection that was made anew and that no tab comes back to is closed after this long. Milliseconds. */
const EMPTY_MS = 5_000;

/** What a tab's client reads from these; every other error is a loss that dialling again can mend. */
const CLOSE_CODES: { readonly [code: string]: number } = { AUTH: 4401, FORBIDDEN: 4403, PROTOCOL: 4400 };

/**
 * Many tabs, one connection: requests get ids of its own, and every answer goes to the tab that asked. Answers a function
 * that adds a tab, and answers false when that needs another switchboard.
 */
export function switchboard(settings: Settings): (tab: TabPort) => boolean {
  /** In the order of their turns, each with the requests that wait for a place in the window. */
  const tabs = new Map<TabPort, Said[]>();
  /** By the ids the gateway knows. */
  const sent = new Map<unknown, Request>();
  /** By subscription. */
  const followers = new Map<unknown, TabPort | undefined>();
  /** Messages for tabs, in JSON. */
  const ready = new Map<TabPort, string[]>();
  let lastId = 0;
  let retired = false;
  let empty: Timer | undefined;

  const lost = (): RpcClientError => new ConnectionError('CONNECTION_LOST', 'The session is over');
  const text = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
  const say = (message: object): number => connection.send(text(message));

  /** What becomes ready in one turn leaves in one frame: posting costs more than what is posted. */
  const tell = (tab: TabPort | undefined, message: object): void => {
    if (tab === undefined) return;
    if (ready.size === 0) queueMicrotask(flush);
    ready.set(tab, [...(ready.get(tab) ?? []), text(message)]);
  };
  const flush = (): void => {
    for (const [tab, texts] of ready) tab.postMessage(`[${texts}]`);
    ready.clear();
  };

  const close = (): Promise<void> => connection.close(1000, '', lost());
  /** Nobody comes any more to one that was retired. */
  const closeIfDone = (): void => {
    if (retired && tabs.size === 0) void close();
  };

  /** Ends lines of tabs from this side; their clients know what to do. */
  const end = ({ code, message }: RpcClientError, these: Iterable<TabPort> = tabs.keys()): void => {
    for (const tab of these) {
      tabs.delete(tab);
      tab.postMessage([CLOSE_CODES[code] ?? 1006, message]);
    }
  };

  const transmit = (id: unknown, request: Request): void => {
    const { params } = request.said;
    const _meta = params?._meta;
    const own = _meta?.progressToken ? { ...params, _meta: { ..._meta, progressToken: id } } : params;
    request.ordinal = say({ ...request.said, id, params: own });
  };

  /** What is sent first may always be; its answer is what lets the next one follow. */
  const hasRoom = (): boolean =>
    sent.size < (connection.session?.maxInFlight ?? 0) &&
    (sent.size === 0 || connection.bufferedBytes < settings.highWaterBytes);

  /** Asks the gateway as much as it takes, every tab in turn. */
  const pump = (): void => {
    // A tab that is moved to the end while the map is walked over comes once more.
    for (const [tab, waiting] of tabs) {
      const said = hasRoom() && waiting.shift();
      if (!said) continue;
      tabs.delete(tab);
      tabs.set(tab, waiting);
      const request = { said, tab, ordinal: 0 };
      sent.set(++lastId, request);
      transmit(lastId, request);
    }
  };

  /** Tells the gateway what nobody wants any more, now or when it is back. */
  const release = (): void => {
    if (!connection.session) return;
    for (const [requestId, { tab }] of sent) {
      if (!tab) say({ method: 'notifications/cancelled', params: { requestId } });
    }
    for (const [subscription, tab] of followers) {
      if (tab && tabs.has(tab)) continue;
      followers.delete(subscription);
      say({ method: 'events/unsubscribe', params: { subscription } });
    }
    pump();
  };

  /** Gives up one request of a tab, or all of them when it is gone. */
  const giveUp = (tab: TabPort, id?: Json): void => {
    const waiting = tabs.get(tab);
    const kept = waiting?.filter((said) => said.id !== id);
    if (kept) tabs.set(tab, kept);
    for (const request of sent.values()) {
      if (request.tab === tab && (!waiting || request.said.id === id)) request.tab = undefined;
    }
    release();
  };

  const online = ({ resumed, received }: Session): void => {
    if (resumed) {
      // What did not arrive is sent again, unless nobody wants it any more.
      for (const [id, request] of sent) {
        if (request.ordinal <= received) continue;
        if (request.tab) transmit(id, request);
        else sent.delete(id);
      }
    } else if (lastId > 0) {
      // Something was said in the session that is gone.
      end(lost());
      sent.clear();
      followers.clear();
      closeIfDone();
      // Tabs come back at once, if they want to at all.
      empty = settings.clock.after(EMPTY_MS, () => {
        if (tabs.size === 0) void close();
      });
    }
    release();
  };

  const message = (heard: Message): void => {
    if (heard.kind === 'notification') {
      const { method } = heard;
      const params = heard.params as JsonObject;
      if (method === 'notifications/progress') {
        const { tab, said } = sent.get(params.progressToken) ?? {};
        tell(tab, { method, params: { ...params, progressToken: said?.params?._meta?.progressToken } });
      } else if (method === 'events/event') tell(followers.get(params.subscription), { method, params });
      else {
        // Tabs leave as soon as they have no call open; those that come from now on get another session.
        if (method === 'session/draining') retired = true;
        for (const tab of tabs.keys()) tell(tab, { method, params });
        closeIfDone();
      }
    } else if (heard.kind !== 'request') {
      const { tab, said } = sent.get(heard.id) ?? {};
      sent.delete(heard.id);
      tell(tab, { ...heard, id: said?.id });
      if (said?.method === 'events/subscribe' && heard.kind === 'success') {
        followers.set((heard.result as JsonObject).subscription, tab);
      }
      // A tab that is gone may have got a subscription after all.
      if (tab) pump();
      else release();
    }
  };

  const over = (cause: RpcClientError): number => {
    retired = true;
    empty?.cancel();
    end(cause);
    return 0;
  };

  const events = { emit: () => undefined };
  const connection = keepConnection(settings, events, { online, message, offline: () => 0, over });

  const hear = (tab: TabPort, said: Said): void => {
    const { id, method, params } = said;
    if (method === 'session/open') {
      connection.ready().then(
        (session) => {
          const { id: sessionId, serverName: name, serverVersion: version } = session;
          const facts = { sessionId, resumed: false, server: { name, version } };
          // The names of its window and limits are those of the protocol.
          tell(tab, { id, result: { ...session, window: session, limits: session, ...facts } });
        },
        (error) => {
          end(error, [tab]);
          // It comes again when it wants to, and dials then.
          if (tabs.size === 0) void close();
        },
      );
    }
    // A tab may leave, but not end what belongs to all of them.
    else if (method === 'ping' || method === 'session/close') tell(tab, { id, result: {} });
    else if (id !== undefined) {
      if (method === 'events/unsubscribe') followers.delete(params?.subscription);
      tabs.get(tab)?.push(said);
      pump();
    } else if (params?.requestId === undefined) say(said);
    else giveUp(tab, params.requestId);
  };

  return (tab) => {
    if (retired) return false;
    empty?.cancel();
    tabs.set(tab, []);
    const leave = (): void => {
      if (!tabs.delete(tab)) return;
      if (tabs.size) giveUp(tab);
      else void close().then(() => tab.close?.());
    };
    tab.onclose = leave;
    tab.onmessage = ({ data }) => {
      if (typeof data === 'string') for (const said of [JSON.parse(data)].flat()) hear(tab, said);
      else leave();
    };
    tab.postMessage(undefined);
    return true;
  };
}
