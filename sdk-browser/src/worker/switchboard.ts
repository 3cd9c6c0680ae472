import type { Json, JsonObject } from '@callsheet/protocol';
import { ConnectionError, type RpcClientError } from '@callsheet/sdk-core';
import { Connection, type Settings } from '@callsheet/sdk-core/platform';
import type { TabPort } from './tab-port.ts';

/** A message of a tab. */
interface Said {
  readonly id?: Json;
  readonly method: string;
  readonly params?: JsonObject & { readonly _meta?: JsonObject };
}

interface Tab {
  readonly port: TabPort;
  /** Requests that wait for a place in the window. */
  queue: Said[];
  /** Its session is open. */
  open?: boolean;
}

interface Request {
  readonly said: Said;
  /** Undefined when nobody wants the answer any more. */
  tab: Tab | undefined;
  /** Which of the messages of this session it is. */
  ordinal: number;
}

/** What a tab's client reads from these; every other error is a loss that dialling again can mend. */
const CLOSE_CODES: { readonly [code: string]: number } = { AUTH: 4401, FORBIDDEN: 4403, PROTOCOL: 4400 };

/**
 * Many tabs, one connection: requests get ids of its own, and every answer goes to the tab that asked. Answers a function
 * that adds a tab.
 *
 * @param retired called when further tabs need another switchboard
 */
export function switchboard(settings: Settings, retired: () => void): (port: TabPort) => void {
  /** In the order of their turns. */
  const tabs = new Set<Tab>();
  /** What the gateway has not answered, by the id it knows. */
  const sent = new Map<unknown, Request>();
  const followers = new Map<unknown, Tab | undefined>();
  let lastId = 0;

  const text = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
  const say = (message: object): number => connection.send(text(message));
  const tell = (tab: Tab | undefined, message: object): void => tab?.port.postMessage(text(message));

  const transmit = (id: unknown, request: Request): void => {
    const { params } = request.said;
    const _meta = params?._meta;
    const own = _meta?.progressToken ? { ...params, _meta: { ..._meta, progressToken: id } } : params;
    request.ordinal = say({ ...request.said, id, params: own });
  };

  /** Asks the gateway as much as it takes, every tab in turn. */
  const pump = (): void => {
    const { session } = connection;
    // A tab that is moved to the end while the set is walked over comes once more.
    for (const tab of tabs) {
      const said = session && sent.size < session.maxInFlight && tab.queue.shift();
      if (!said) continue;
      tabs.delete(tab);
      tabs.add(tab);
      const request = { said, tab, ordinal: 0 };
      sent.set(++lastId, request);
      transmit(lastId, request);
    }
  };

  /** Tells the gateway what nobody wants any more. */
  const release = (): void => {
    for (const [requestId, { tab }] of sent)
      if (!tab) say({ method: 'notifications/cancelled', params: { requestId } });
    for (const [subscription, tab] of followers) {
      if (tab && tabs.has(tab)) continue;
      followers.delete(subscription);
      say({ method: 'events/unsubscribe', params: { subscription } });
    }
    pump();
  };

  /** Gives up what a tab asked: one request, or all of them. */
  const giveUp = (tab: Tab, id?: Json): void => {
    const meant = (said: Said): boolean => id === undefined || said.id === id;
    tab.queue = tab.queue.filter((said) => !meant(said));
    for (const request of sent.values()) if (request.tab === tab && meant(request.said)) request.tab = undefined;
    release();
  };

  /** A tab's line ends from this side; its client knows what to do. */
  const end = (tab: Tab, { code, message }: Pick<RpcClientError, 'code' | 'message'>): void => {
    tabs.delete(tab);
    tab.port.postMessage([CLOSE_CODES[code] ?? 1006, message]);
  };

  const connection = new Connection(
    settings,
    { emit: () => undefined },
    {
      online({ resumed, received }) {
        if (resumed) {
          // What did not arrive is sent again, unless nobody wants it any more.
          for (const [id, request] of sent) {
            if (request.ordinal <= received) continue;
            if (request.tab) transmit(id, request);
            else sent.delete(id);
          }
        } else {
          for (const tab of tabs) if (tab.open) end(tab, { code: 'CLOSED', message: '' });
          sent.clear();
          followers.clear();
        }
        release();
      },
      message(message) {
        if (message.kind === 'notification') {
          const { method } = message;
          const params = message.params as JsonObject;
          if (method === 'notifications/progress') {
            const { tab, said } = sent.get(params.progressToken) ?? {};
            tell(tab, { method, params: { ...params, progressToken: said?.params?._meta?.progressToken } });
          } else if (method === 'events/event') tell(followers.get(params.subscription), { method, params });
          else {
            // Tabs leave as soon as they have no call open; those that come from now on get another session.
            if (method === 'session/draining') retired();
            for (const tab of tabs) tell(tab, { method, params });
          }
        } else if (message.kind !== 'request') {
          const { id, kind: _kind, ...outcome } = message;
          const { tab, said } = sent.get(id) ?? {};
          sent.delete(id);
          tell(tab, { id: said?.id, ...outcome });
          if (said?.method === 'events/subscribe' && message.kind === 'success') {
            followers.set((message.result as JsonObject).subscription, tab);
            if (!tab) release();
          }
          pump();
        }
      },
      offline: () => 0,
      over(cause) {
        retired();
        for (const tab of tabs) end(tab, cause);
        return 0;
      },
    },
  );

  const hear = (tab: Tab, said: Said): void => {
    const { id, method, params } = said;
    if (method === 'session/open') {
      connection.ready().then(
        (session) => {
          tab.open = true;
          const { id: sessionId, serverName: name, serverVersion: version } = session;
          const facts = { sessionId, resumed: false, capabilities: { coalesce: true }, server: { name, version } };
          // The names of its window and limits are those of the protocol.
          tell(tab, { id, result: { ...session, window: session, limits: session, ...facts } });
        },
        (error) => end(tab, error),
      );
    }
    // A tab may leave, but not end what belongs to all of them.
    else if (method === 'ping' || method === 'session/close') tell(tab, { id, result: {} });
    else if (params?.requestId !== undefined) giveUp(tab, params.requestId);
    else if (id === undefined) say(said);
    else {
      if (method === 'events/unsubscribe') followers.delete(params?.subscription);
      tab.queue.push(said);
      pump();
    }
  };

  return (port) => {
    const tab: Tab = { port, queue: [] };
    tabs.add(tab);
    const leave = (): void => {
      if (!tabs.delete(tab)) return;
      if (tabs.size) giveUp(tab);
      else void connection.close(1000, '', new ConnectionError('CLOSED', '')).then(() => port.close?.());
    };
    port.onclose = leave;
    port.onmessage = ({ data }) => {
      if (typeof data === 'string') for (const said of [JSON.parse(data)].flat()) hear(tab, said);
      else leave();
    };
    port.postMessage(undefined);
  };
}
