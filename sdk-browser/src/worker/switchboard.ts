import type { Json, JsonObject, WireError } from '@callsheet/protocol';
import { ConnectionError, type RpcClientError, type Session } from '@callsheet/sdk-core';
import { keepConnection, type Message, type Settings, type Timer } from '@callsheet/sdk-core/platform';
import { commasOf, isCall, isId, readTab, type Said } from './tab-message.ts';
import type { TabPort } from './tab-port.ts';

/** What the gateway was asked and has not answered. */
interface Request {
  readonly said: Said;
  /** Undefined when nobody wants the answer any more. */
  tab: TabPort | undefined;
  /** Which of the messages of this session it is. */
  ordinal: number;
  /** The gateway was told on this connection that nobody wants the answer. Each time counts against the pace of all tabs. */
  isCancelled: boolean;
}

/** A connection that was made anew and that no tab comes back to is closed after this long. Milliseconds. */
const EMPTY_MS = 5_000;

/** Messages of one tab that may wait. Its client has no more open than the window, so this is for tabs that flood. */
const MOST_WAITING = 1_000;

/** After so long without a message the gateway takes many at once again. Milliseconds. */
const CALM_MS = 5_000;
/** The least time between two messages after the gateway said that they come too fast. Milliseconds. */
const LEAST_PAUSE_MS = 20;

/** Members of one message besides its parameters. */
const ENVELOPE_COMMAS = 3;

// Numbers of the protocol's error table.
const INVALID_REQUEST = -32600;
const TOO_LARGE = 4130;
const TOO_MANY_IN_FLIGHT = 4291;

/** What a tab's client reads from these; every other error is a loss that dialling again can mend. */
const CLOSE_CODES: { readonly [code: string]: number } = { AUTH: 4401, FORBIDDEN: 4403, PROTOCOL: 4400 };

/**
 * Many tabs, one connection: requests get ids of its own, and every answer goes to the tab that asked. What would end the
 * connection, hold its window for good or speak for all of them is not passed on, whatever a tab sends. Answers a function that
 * adds a tab, and answers false when that needs another switchboard.
 */
export function switchboard(settings: Settings): (tab: TabPort) => boolean {
  const { clock } = settings;
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
  /** Milliseconds between two messages; 0 while the gateway takes them as they come. */
  let pause = 0;
  let paused: Timer | undefined;
  let pacedAt = 0;

  const lost = (): RpcClientError => new ConnectionError('CONNECTION_LOST', 'The session is over');
  const text = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });

  const pace = (): void => {
    const now = clock.now();
    if (now - pacedAt > CALM_MS) pause = 0;
    pacedAt = now;
    if (!pause) return;
    paused ??= clock.after(pause, () => {
      paused = undefined;
      release();
    });
  };
  const send = (message: string): number => {
    if (pause) pace();
    return connection.send(message);
  };
  const say = (message: object): number => send(text(message));

  /** What becomes ready in one turn leaves in one frame: posting costs more than what is posted. */
  const tell = (tab: TabPort | undefined, message: object): void => {
    if (tab === undefined) return;
    if (ready.size === 0) queueMicrotask(flush);
    const texts = ready.get(tab) ?? [];
    ready.set(tab, texts);
    texts.push(text(message));
  };
  const flush = (): void => {
    for (const [tab, texts] of ready) tab.postMessage(`[${texts}]`);
    ready.clear();
  };

  /** What has no id is not answered. */
  const answer = (tab: TabPort | undefined, id: Json | undefined, outcome: object): void => {
    if (id !== undefined) tell(tab, { ...outcome, id: isId(id) ? id : null });
  };
  const fail = (tab: TabPort | undefined, id: Json | undefined, code: number, message: string): void =>
    answer(tab, id, { error: { code, message } });
  const refuse = (tab: TabPort | undefined, { id, method }: Said, code: number, why: string): void =>
    fail(tab, id, code, `Cannot send "${method}": ${why}`);

  const close = (): Promise<void> => {
    paused?.cancel();
    return connection.close(1000, '', lost());
  };
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

  /** Asks the gateway, unless it would refuse that in a way that concerns other tabs. */
  const transmit = (id: unknown, request: Request): void => {
    const { said, tab } = request;
    const { method, params } = said;
    const { maxPayloadBytes = 0, maxDepth = 0, maxArrayItems = 0 } = connection.session ?? {};
    let bytes = 0;
    if (commasOf(params, maxDepth - 1) + ENVELOPE_COMMAS < maxArrayItems) {
      const _meta = params?._meta;
      const isFollowed = _meta?.progressToken !== undefined;
      const own = isFollowed ? { ...params, _meta: { ..._meta, progressToken: id } } : params;
      const message = text({ id, method, params: own });
      if (message.length * 3 > maxPayloadBytes) bytes = new Blob([message]).size;
      if (bytes <= maxPayloadBytes) {
        request.ordinal = send(message);
        return;
      }
    }
    sent.delete(id);
    if (bytes) {
      const why = `it takes ${bytes} bytes, the gateway takes ${maxPayloadBytes}; pass large media by URL or asset id`;
      refuse(tab, said, TOO_LARGE, why);
    } else refuse(tab, said, INVALID_REQUEST, 'it is too deep, has too many members, or one named "__proto__"');
  };

  /**
   * What is sent first may always be; its answer is what lets the next one follow. The last place is kept for tabs that have
   * none, so that the long calls of one tab do not stop the others.
   */
  const hasRoom = (tab: TabPort): boolean => {
    const room = (connection.session?.maxInFlight ?? 0) - sent.size;
    if (paused || room < 1 || (sent.size > 0 && connection.bufferedBytes >= settings.highWaterBytes)) return false;
    return room > 1 || tabs.size < 2 || ![...sent.values()].some((request) => request.tab === tab);
  };

  /** Asks the gateway as much as it takes, every tab in turn. */
  const pump = (): void => {
    // A tab that is moved to the end while the map is walked over comes once more.
    for (const [tab, waiting] of tabs) {
      const said = hasRoom(tab) && waiting.shift();
      if (!said) continue;
      tabs.delete(tab);
      tabs.set(tab, waiting);
      const request = { said, tab, ordinal: 0, isCancelled: false };
      sent.set(++lastId, request);
      transmit(lastId, request);
    }
  };

  /** Tells the gateway what nobody wants any more, now or when it is back. */
  const release = (): void => {
    if (!connection.session) return;
    for (const [requestId, request] of sent) {
      if (request.tab || request.isCancelled || paused) continue;
      request.isCancelled = true;
      say({ method: 'notifications/cancelled', params: { requestId } });
    }
    for (const [subscription, tab] of followers) {
      if ((tab && tabs.has(tab)) || paused) continue;
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
        request.isCancelled = false;
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
      empty = clock.after(EMPTY_MS, () => {
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
      // The credential is the worker's, so its end is as well.
      else if (method !== 'session/expiring') {
        // Tabs leave as soon as they have no call open; those that come from now on get another session.
        if (method === 'session/draining') retired = true;
        for (const tab of tabs.keys()) tell(tab, { method, params });
        closeIfDone();
      }
    } else if (heard.kind !== 'request') {
      const { tab, said } = sent.get(heard.id) ?? {};
      sent.delete(heard.id);
      const { data } = (heard as { readonly error?: WireError }).error ?? {};
      if ((data?.details as JsonObject | undefined)?.limit === 'connection') {
        // It did not run. With too many refusals the gateway would end the connection.
        pacedAt = clock.now();
        pause = Math.max(pause, LEAST_PAUSE_MS, 2 * (data?.retryAfterMs ?? 0));
        pace();
        if (tab && said) tabs.get(tab)?.push(said);
      } else answer(tab, said?.id, heard);
      if (heard.kind === 'success') {
        if (said?.method === 'events/subscribe') followers.set((heard.result as JsonObject).subscription, tab);
        if (said?.method === 'events/unsubscribe') followers.delete(said.params?.subscription);
      }
      // A tab that is gone may have got a subscription after all.
      if (tab) pump();
      else release();
    }
  };

  const over = (cause: RpcClientError): number => {
    retired = true;
    empty?.cancel();
    paused?.cancel();
    end(cause);
    return 0;
  };

  const events = { emit: () => undefined };
  const connection = keepConnection(settings, events, { online, message, offline: () => 0, over });

  const open = (tab: TabPort, id: Json | undefined): void => {
    connection.ready().then(
      (session) => {
        const { id: sessionId, serverName: name, serverVersion: version } = session;
        const facts = { sessionId, resumed: false, server: { name, version }, expiresAt: undefined };
        // The names of its window and limits are those of the protocol.
        answer(tab, id, { result: { ...session, window: session, limits: session, ...facts } });
      },
      (error) => {
        end(error, [tab]);
        // It comes again when it wants to, and dials then.
        if (tabs.size === 0) void close();
      },
    );
  };

  const hear = (tab: TabPort, said: Partial<Said>): void => {
    if (!isCall(said)) {
      fail(tab, said.id, INVALID_REQUEST, 'Cannot send what is no JSON-RPC 2.0 request');
      return;
    }
    const { id, method, params } = said;
    const waiting = tabs.get(tab) ?? [];
    if (method === 'session/open') open(tab, id);
    // A tab may leave, but not end what belongs to all of them.
    else if (method === 'ping' || method === 'session/close') answer(tab, id, { result: {} });
    else if (
      method.startsWith('session/') ||
      method === 'services/register' ||
      (method === 'events/unsubscribe' && followers.get(params?.subscription) !== tab)
    ) {
      refuse(tab, said, INVALID_REQUEST, 'it concerns other tabs; use a connection of your own');
    } else if (method === 'notifications/cancelled') {
      if (id === undefined) giveUp(tab, params?.requestId);
      else refuse(tab, said, INVALID_REQUEST, 'it is a notification');
    } else if (waiting.length < MOST_WAITING) {
      waiting.push(said);
      pump();
    } else refuse(tab, said, TOO_MANY_IN_FLIGHT, `${MOST_WAITING} wait already; wait for an answer`);
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
      if (typeof data === 'string') for (const said of readTab(data)) hear(tab, said);
      else leave();
    };
    tab.postMessage(undefined);
    return true;
  };
}
