/** Where spans go, as an operator says it. */
export interface OtlpOptions {
  /** `http:` or `https:`; `/v1/traces` is added where the path does not end so. No user or password: those go into `headers`. */
  readonly endpoint: string;
  /** Sent along, e.g. a credential; their values are never logged. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Compress what is sent; false when not said. Worth it across a network. */
  readonly gzip?: boolean | undefined;
  /** For one try, in milliseconds; 10,000 when not said. */
  readonly timeoutMs?: number | undefined;
  /** Spans that wait at most; what comes beyond is dropped and counted. 8,192 when not said. */
  readonly maxQueue?: number | undefined;
}

const SIGNAL_PATH = '/v1/traces';
/** RFC 9110 §5.6.2 and §5.5, without the control characters `fetch` would refuse later. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The address spans are posted to. @throws TypeError that says what is wrong with the endpoint. */
export function tracesUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `Cannot export traces to "${endpoint}": it is no http or https address; give one as "http://127.0.0.1:4318"`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(
      `Cannot export traces to "${url.host}": the address holds a user or password; send them as a header`,
    );
  }
  let path = url.pathname;
  while (path.endsWith('/')) path = path.slice(0, -1);
  url.pathname = path.endsWith(SIGNAL_PATH) ? path : path + SIGNAL_PATH;
  url.hash = '';
  return url;
}

/** @throws TypeError that names what is wrong, and never a header's value. */
export function checkOtlpOptions(options: OtlpOptions): void {
  tracesUrl(options.endpoint);
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (HEADER_NAME.test(name) && typeof value === 'string' && HEADER_VALUE.test(value)) continue;
    throw new TypeError(`Cannot export traces with the header "${name}": give a header name and a text of one line`);
  }
  for (const name of ['timeoutMs', 'maxQueue'] as const) {
    const value = options[name];
    if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) continue;
    throw new TypeError(`Cannot export traces: ${name} is ${value}; give a whole number, 1 or more`);
  }
}
