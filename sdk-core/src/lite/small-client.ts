import { isJsonObject, type Json, type JsonObject, type WireError } from '@callsheet/protocol';
import { reconnectDelay } from '../backoff.ts';
import { systemClock, type Timer } from '../clock.ts';
import type { Platform } from '../connection-options.ts';
import type { ConnectionState } from '../connection-state.ts';
import { runListener } from '../emitter.ts';
import { RpcClientError } from '../errors.ts';
import { onAbort } from '../on-abort.ts';
import { checkOptions } from '../option-rules.ts';
import { type Message, readFrame } from '../read-frame.ts';
import { toolParams } from '../tool-call.ts';
import type { AnyTools } from '../tool-types.ts';
import type { CloseInfo, TransportSocket } from '../transport.ts';
import { VERSION } from '../version.ts';
import { codeOfClose, codeOfError } from '../wire-codes.ts';
import { notificationText, requestText } from '../write-message.ts';
import {
  CALL_OPTIONS,
  type LiteCallOptions,
  type LiteClient,
  type LiteCredentials,
  type LiteOptions,
  OPTIONS,
  type StateChange,
} from './lite-options.ts';

/** One request and who waits for it. */
interface Question {
  readonly text: string;
  /** May be sent again. */
  readonly isSafe: boolean;
  sent: boolean;
  settle(outcome: Json | RpcClientError): void;
  progress(report: JsonObject): void;
}

/** After so much silence the client asks, and after so much more it believes that nobody is there. Milliseconds. */
const INTERVAL_MS = 25_000;
const PONG_MS = 10_000;
const PROBE_MS = 1_000;
/** The client's own questions; those of the application have numbers. */
const OWN = '';

/** Makes a client. Nothing is dialled before the first call or `connect()`. Throws TypeError for options it does not know. */
export function createClient<T = AnyTools>(options: LiteOptions, platform: Platform): LiteClient<T> {
  checkOptions('create a client', options, OPTIONS);
  const { url, auth, name = 'callsheet-lite', timeouts = {}, signal } = options;
  const { transport, clock = systemClock, random = Math.random, life } = platform;
  const listeners = new Set<(change: StateChange) => void>();
  const open = new Map<number, Question>();
  const waiting: { resolve(): void; reject(error: RpcClientError): void }[] = [];
  let state: ConnectionState = 'idle';
  let socket: TransportSocket | undefined;
  let over: RpcClientError | undefined;
  let room = 0;
  let lastId = 0;
  let attempt = 0;
  let pause: Timer | undefined;
  let watch: Timer | undefined;
  let gone: Promise<void> | undefined;
  let probe: (() => void) | undefined;

  const become = (to: ConnectionState, cause?: RpcClientError): void => {
    const from = state;
    state = to;
    for (const listener of listeners) runListener(listener, { from, to, cause });
  };

  /** Sends what waits, as much as the server takes at once. */
  const pump = (): void => {
    for (const question of open.values()) {
      if (room <= 0) return;
      if (question.sent) continue;
      question.sent = true;
      room--;
      socket?.send(question.text);
    }
  };

  const settle = (id: unknown, outcome: Json | RpcClientError): void => {
    const question = open.get(id as number);
    if (!question) return;
    open.delete(id as number);
    if (question.sent && socket) room++;
    question.settle(outcome);
    pump();
  };

  /** The connection is gone, or was never there. */
  const lost = (error: RpcClientError, final: boolean): void => {
    if (over) return;
    watch?.cancel();
    socket = undefined;
    room = 0;
    if (final) over = error;
    else pause = clock.after(reconnectDelay(++attempt, {}, random), () => void dial());
    for (const [id, question] of open) {
      if (question.sent && (final || !question.isSafe)) settle(id, lostCall(error));
      else if (final) settle(id, error);
      else question.sent = false;
    }
    for (const { reject } of waiting.splice(0)) reject(error);
    become(final ? 'closed' : 'reconnecting', error);
  };

  const dial = async (): Promise<void> => {
    let opened = false;
    let ended = false;
    let heard = true;
    pause = probe = undefined;
    const end = (error: RpcClientError, final: boolean): void => {
      if (ended) return;
      ended = true;
      lost(error, final);
    };
    const giveUp = (why: string): void => {
      end(new RpcClientError('TIMEOUT', `Cannot connect: ${why}`, { retryable: true }), false);
      mine?.close(4408, why);
    };
    let mine: TransportSocket | undefined;
    watch = clock.after(timeouts.connect ?? 10_000, () => giveUp('no session in time'));
    const look = (ms: number, within: number): void => {
      watch?.cancel();
      watch = clock.after(ms, () => {
        if (heard) {
          heard = false;
          mine?.send(requestText(OWN, 'ping'));
          look(within, INTERVAL_MS);
        } else giveUp('no answer');
      });
    };
    const take = (message: Message): void => {
      if (ended) return;
      if (opened) hear(message);
      else if (message.kind === 'success' && isJsonObject(message.result)) {
        opened = true;
        attempt = 0;
        room = Number((Object(message.result.window) as JsonObject).maxInFlight) || 1;
        look(INTERVAL_MS, PONG_MS);
        for (const { resolve } of waiting.splice(0)) resolve();
        become('ready');
        pump();
      } else {
        const error = message.kind === 'failure' ? fromWire(message.error) : unreadable('the answer to session/open');
        end(error, !error.retryable);
        mine?.close(1000, '');
      }
    };
    try {
      const credential = auth && (await present(auth));
      if (ended || over) return;
      gone = new Promise((resolve) => {
        mine = transport.connect(
          url,
          {
            onOpen: () =>
              mine?.send(
                requestText(OWN, 'session/open', {
                  auth: credential,
                  client: { name, version: VERSION },
                } as JsonObject),
              ),
            onMessage: (frame) => {
              heard = true;
              readFrame(frame, take);
            },
            onClose: (info) => {
              resolve();
              end(fromClose(info, opened), codeOfClose(info.code) !== undefined);
            },
          },
          undefined,
        );
        socket = mine;
      });
      probe = () => {
        heard = true;
        if (opened) look(0, PROBE_MS);
      };
    } catch (cause) {
      end(
        new RpcClientError('CONNECT_FAILED', `Cannot connect to "${url}": ${String(cause)}`, {
          cause,
          retryable: true,
        }),
        false,
      );
    }
  };

  const hear = (message: Message): void => {
    if (message.kind === 'success') settle(message.id, message.result);
    else if (message.kind === 'failure') settle(message.id, fromWire(message.error));
    else if (message.kind === 'invalid') settle(message.id, unreadable('an answer'));
    else if (
      message.kind === 'notification' &&
      message.method === 'notifications/progress' &&
      isJsonObject(message.params)
    ) {
      const { progressToken, ...report } = message.params;
      open.get(progressToken as number)?.progress(report);
    }
  };

  const wake = (): void => {
    if (state === 'idle') {
      become('connecting');
      void dial();
    } else if (pause) {
      pause.cancel();
      void dial();
    } else probe?.();
  };

  const ask = (
    method: string,
    params: JsonObject = {},
    given: LiteCallOptions<never> = {},
    tool?: string,
  ): Promise<Json> => {
    checkOptions(`call "${tool ?? method}"`, given, CALL_OPTIONS);
    const { idempotencyKey, meta, onProgress, timeoutMs = timeouts.idle ?? 60_000 } = given;
    const id = ++lastId;
    const _meta = { ...meta, idempotencyKey, progressToken: id } as JsonObject;
    return new Promise((resolve, reject) => {
      if (over) {
        reject(over);
        return;
      }
      const giveUp = (error: RpcClientError): void => {
        if (question.sent) socket?.send(notificationText('notifications/cancelled', { requestId: id }));
        settle(id, error);
      };
      const expire = (): Timer =>
        clock.after(timeoutMs, () => {
          giveUp(
            new RpcClientError('TIMEOUT', `No answer for ${timeoutMs} ms`, {
              maybeExecuted: question.sent,
              retryable: !question.sent,
            }),
          );
        });
      let timer = expire();
      let off: (() => void) | undefined;
      const question: Question = {
        text: requestText(id, method, { ...params, _meta }),
        isSafe: idempotencyKey !== undefined,
        sent: false,
        settle: (outcome) => {
          timer.cancel();
          off?.();
          if (RpcClientError.is(outcome)) reject(outcome);
          else resolve(outcome);
        },
        progress: (report) => {
          timer.cancel();
          timer = expire();
          if (onProgress) runListener(onProgress, report as never);
        },
      };
      open.set(id, question);
      off = onAbort(given.signal, () => {
        giveUp(
          new RpcClientError('CANCELLED', 'Cancelled', {
            cause: given.signal?.reason,
            maybeExecuted: question.sent,
          }),
        );
      });
      if (state === 'idle') wake();
      else pump();
    });
  };

  const close = async (): Promise<void> => {
    const leaving = socket;
    if (!over) {
      pause?.cancel();
      unlisten?.();
      lost(new RpcClientError('CLOSED', 'The client was closed; make a new one'), true);
    }
    leaving?.close(1000, '');
    await gone;
  };
  const unlisten = life?.listen({ wake: () => state === 'idle' || wake(), sleep: () => undefined });
  onAbort(signal, () => void close());

  return {
    get state() {
      return state;
    },
    connect: () =>
      new Promise((resolve, reject) => {
        if (state === 'ready') resolve();
        else if (over) reject(over);
        else {
          waiting.push({ resolve, reject });
          wake();
        }
      }),
    async call(tool, args, given) {
      const answer = await ask('tools/call', toolParams(tool, args), given, tool);
      if (isJsonObject(answer) && answer.structuredContent !== undefined) return answer.structuredContent as never;
      throw unreadable(`the answer of tool "${tool}"`);
    },
    request: ask as LiteClient['request'],
    on(_state, listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function lostCall(cause: RpcClientError): RpcClientError {
  return new RpcClientError(
    'CONNECTION_LOST',
    'The connection was lost before the answer came; the call may have run',
    {
      cause,
      maybeExecuted: true,
    },
  );
}

function fromClose({ code, reason, cause }: CloseInfo, opened: boolean): RpcClientError {
  const final = codeOfClose(code);
  return new RpcClientError(
    final ?? (opened ? 'CONNECTION_LOST' : 'CONNECT_FAILED'),
    `${opened ? 'The connection was lost' : 'Cannot connect'} (code ${code}${reason && `, "${reason}"`})`,
    { cause, retryable: !final },
  );
}

function fromWire({ code, message, data }: WireError): RpcClientError {
  const { name: wireName, details, ...facts } = isJsonObject(data) ? data : ({} as JsonObject);
  return new RpcClientError(codeOfError(code), message, {
    ...facts,
    wireName,
    data: details,
    wireCode: code,
  } as object);
}

function unreadable(what: string): RpcClientError {
  return new RpcClientError('PROTOCOL', `Cannot read ${what}; is this a Callsheet gateway?`, { maybeExecuted: true });
}

async function present(auth: LiteCredentials): Promise<JsonObject> {
  const shown: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(auth)) shown[name] = typeof value === 'function' ? await value() : value;
  return shown;
}

/** Makes a client and opens its session. When that fails, the client is closed and the failure thrown. */
export async function connect<T = AnyTools>(options: LiteOptions, platform: Platform): Promise<LiteClient<T>> {
  const client = createClient<T>(options, platform);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
