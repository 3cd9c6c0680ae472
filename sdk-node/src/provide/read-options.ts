import { availableParallelism, hostname } from 'node:os';
import type { RegisterParams, ToolLog } from '@callsheet/protocol';
import type { Credentials } from '@callsheet/sdk-core';
import {
  abortSignal,
  checkOptions,
  credentialsRule,
  flag,
  milliseconds,
  type OptionRule,
  objectOf,
  text,
} from '@callsheet/sdk-core/platform';
import { type Environment, environmentCredentials } from '../environment.ts';
import { environmentUrls, isLoopback, rpcUrls } from '../gateway-url.ts';
import { hostAndPort, label, semanticVersion, tagList, whole, within, workerName } from './facts-rules.ts';
import type { ListenOptions, ProvideOptions } from './options.ts';
import { readTools } from './read-tools.ts';
import type { ServedTool } from './tool-definition.ts';

/** What never changes while the worker lives. */
export type WorkerFacts = Omit<RegisterParams['worker'], 'instanceId' | 'epoch'>;

/** Options with every default filled in. */
export interface ProvideSettings {
  /** None when it listens. */
  readonly urls: readonly string[];
  readonly listen: (Required<Omit<ListenOptions, 'tls'>> & Pick<ListenOptions, 'tls'>) | undefined;
  readonly auth: Credentials;
  readonly facts: WorkerFacts;
  readonly tools: ReadonlyMap<string, ServedTool>;
  readonly followGateways: boolean;
  readonly signals: boolean;
  readonly drainMs: number;
  readonly connectTimeoutMs: number | undefined;
  readonly reconnect: NonNullable<ProvideOptions['reconnect']>;
  readonly log: ToolLog | undefined;
  readonly signal: AbortSignal | undefined;
}

const MOST_SLOTS = 10_000;
const LEAST_TOKEN = 16;
const DEFAULT_HOST = '127.0.0.1';

const anything: OptionRule = () => undefined;

const log: OptionRule = (value) => {
  const writer = value as Partial<Record<string, unknown>> | null;
  const complete =
    typeof writer === 'object' &&
    ['debug', 'info', 'warn', 'error'].every((level) => typeof writer?.[level] === 'function');
  return complete ? undefined : 'expected an object with debug, info, warn and error';
};

const secret: OptionRule = (value) => (text(value) === undefined ? undefined : 'expected a text that is not empty');

const RULES = {
  url: anything,
  listen: objectOf<ListenOptions>({
    port: whole(0, 65_535),
    host: text,
    token: secret,
    tls: objectOf<{ cert: string; key: string }>({ cert: secret, key: secret }),
  }),
  auth: credentialsRule,
  tools: anything,
  name: workerName,
  version: semanticVersion,
  slots: whole(1, MOST_SLOTS),
  tags: tagList,
  zone: label,
  weight: within(0.01, 100),
  metricsAddress: hostAndPort,
  followGateways: flag,
  signals: flag,
  drainMs: milliseconds(0),
  connectTimeoutMs: milliseconds(1),
  reconnect: objectOf<NonNullable<ProvideOptions['reconnect']>>({
    firstDelayMs: milliseconds(0),
    baseMs: milliseconds(1),
    maxMs: milliseconds(1),
  }),
  log,
  signal: abortSignal,
};

/** Checks the options and fills in the defaults. @throws TypeError that names the option. */
export function readProvideOptions(options: ProvideOptions, environment: Environment): ProvideSettings {
  checkOptions('provide tools', options, RULES);
  const listen = options.listen && readListen(options.listen);
  if (listen !== undefined && options.url !== undefined) {
    throw new TypeError('Cannot provide tools: options "url" and "listen" exclude each other; give one of them');
  }
  const { tags, zone, weight, metricsAddress } = options;
  // A credential of the environment was given for the gateways this process dials, not for whoever dials it.
  const auth = options.auth ?? (listen === undefined ? environmentCredentials(environment) : undefined);
  return {
    urls: listen === undefined ? readUrls(options.url, environment) : [],
    listen,
    auth: auth ?? { type: 'none' },
    facts: {
      name: options.name ?? machineName(),
      version: options.version ?? '1.0.0',
      slots: options.slots ?? availableParallelism(),
      ...(tags && { tags: [...tags] }),
      ...(zone !== undefined && { zone }),
      ...(weight !== undefined && { weight }),
      ...(metricsAddress !== undefined && { metricsAddress }),
    },
    tools: readTools(options.tools),
    followGateways: options.followGateways ?? true,
    signals: options.signals ?? true,
    drainMs: options.drainMs ?? 20_000,
    connectTimeoutMs: options.connectTimeoutMs,
    reconnect: options.reconnect ?? {},
    log: options.log,
    signal: options.signal,
  };
}

function readUrls(given: ProvideOptions['url'], environment: Environment): readonly string[] {
  return given === undefined ? environmentUrls(environment.CALLSHEET_URL) : rpcUrls(given);
}

function readListen({ port, host = DEFAULT_HOST, token, tls }: ListenOptions): ProvideSettings['listen'] {
  if (port === undefined) throw new TypeError('Cannot listen without a port: give "port", 0 for a free one');
  if (token === undefined) throw new TypeError('Cannot listen without a token: whoever dials could send calls');
  if (!isLoopback(host) && token.length < LEAST_TOKEN) {
    throw new TypeError(
      `Cannot listen on "${host}" with so short a token: others can reach it there; use at least ${LEAST_TOKEN} characters`,
    );
  }
  return { port, host, token, ...(tls && { tls }) };
}

/** The name of a machine may hold what a name of a worker may not. */
function machineName(): string {
  const name = hostname().slice(0, 64);
  return workerName(name) === undefined ? name : 'worker';
}
