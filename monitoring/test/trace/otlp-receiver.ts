import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** A span as it travels in OTLP's JSON. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number };
}

export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly spans: readonly OtlpSpan[];
  /** Attributes of the resource. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** What it answers next instead of a good answer. */
export interface OtlpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Takes spans on the loopback, as a collector does. */
export class OtlpReceiver {
  readonly requests: OtlpRequest[] = [];
  readonly answers: OtlpAnswer[] = [];
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();

  private constructor() {
    this.#server = createServer((request, response) => {
      void read(request).then((taken) => {
        const { status, headers = {}, body = '{}' } = this.answers.shift() ?? { status: 200 };
        this.requests.push(taken);
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
        for (const look of [...this.#waiting]) look();
      });
    });
  }

  static async open(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The receiver does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Every span that came so far. */
  get spans(): readonly OtlpSpan[] {
    return this.requests.flatMap(({ spans }) => spans);
  }

  /** Resolves with what `find` answers as soon as it is something: looked for now, and after every request. */
  until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

/** Attributes by name, each as the value it stands for. */
export function attributesOf({ attributes }: Pick<OtlpSpan, 'attributes'>): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

async function read(request: IncomingMessage): Promise<OtlpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const sent = Buffer.concat(chunks);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString();
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: {
      resource: Pick<OtlpSpan, 'attributes'>;
      scopeSpans: { spans: OtlpSpan[] }[];
    }[];
  };
  return {
    path: request.url ?? '',
    headers: request.headers,
    spans: resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resource: Object.assign({}, ...resourceSpans.map(({ resource }) => attributesOf(resource))),
  };
}
