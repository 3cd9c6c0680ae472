import type { AlertRule } from '../alerts/rule.ts';
import type { Slo } from '../alerts/slo.ts';

/** What the files are written for. Addresses are as Prometheus, Alertmanager and Grafana reach them. */
export interface ExportOptions {
  /** Rules to be judged by Prometheus. Those that are not enabled are left out. */
  readonly rules: readonly AlertRule[];
  readonly slos?: readonly Slo[];
  readonly gateway: GatewayAddress;
  readonly prometheus?: PrometheusFacts;
  readonly alertmanager?: AlertmanagerFacts;
  /** Who Alertmanager tells; nobody when not said. */
  readonly webhook?: { readonly url: string; readonly bearerFile?: string };
  /** Uid of the data source in Grafana that has the traces: dots on graphs then lead there. */
  readonly tracesUid?: string;
}

export interface GatewayAddress {
  /** `https://gateway.example.org:8081`; with a path when metrics are elsewhere than under `/metrics`. */
  readonly url: string;
  /** File with a key whose role may read metrics, as Prometheus sees it. */
  readonly bearerFile?: string;
  /** Whether workers that name an address for their metrics are scraped as well. True when not said. */
  readonly workers?: boolean;
}

export interface PrometheusFacts {
  /** Where Grafana finds it; `http://127.0.0.1:9090` when not said. */
  readonly url?: string;
  /** Seconds between scrapes, and between evaluations of rules; 15 when not said. */
  readonly scrapeInterval?: number;
  /**
   * How Prometheus is told to take histograms in exponential buckets: `flag` by a flag at its start (before 3.8, and the
   * default, because older ones refuse settings they do not know), `setting` in the file (since 3.8).
   */
  readonly nativeHistograms?: 'flag' | 'setting';
}

export interface AlertmanagerFacts {
  /** `http://127.0.0.1:9093` when not said. */
  readonly url?: string;
  /** Seconds the first alert of a group waits for others; 10 when not said. */
  readonly groupWait?: number;
  /** Seconds between two messages about a group that changed; 60 when not said. */
  readonly groupInterval?: number;
}

/** An address taken apart, as configuration files want it. */
export interface Address {
  readonly scheme: 'http' | 'https';
  /** `host:port`. */
  readonly target: string;
  /** `/` when there is none. */
  readonly path: string;
  readonly origin: string;
}

/** @throws RangeError for what is no address of a server, or holds a credential, saying what would do. */
export function addressOf(name: string, url: string): Address {
  const parsed = urlOf(name, url);
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '') {
    throw new RangeError(`Cannot export: ${name} has a password or a query; give credentials as a file (bearerFile)`);
  }
  const scheme = parsed.protocol === 'https:' ? 'https' : 'http';
  const port = parsed.port || (scheme === 'https' ? '443' : '80');
  return { scheme, target: `${parsed.hostname}:${port}`, path: parsed.pathname, origin: parsed.origin };
}

/** @throws RangeError for what is no URL of HTTP. */
export function urlOf(name: string, url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new RangeError(`Cannot export: ${name} is "${url}"; give an address such as "http://127.0.0.1:8081"`);
}

/** Seconds as Prometheus and Alertmanager write them: `90s`, `15m`, `1d`. @throws RangeError */
export function duration(name: string, seconds: number): string {
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new RangeError(`Cannot export: ${name} is ${seconds}; give a number of seconds above 0`);
  }
  const ms = Math.round(seconds * 1000);
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];
