interface Request {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: { readonly ms?: number };
    readonly capabilities?: { readonly coalesce?: boolean };
  };
}

const LATER = {
  code: 5030,
  message: 'The benchmark is busy',
  data: { name: 'OVERLOADED', retryable: true, retryAfterMs: 30_000 },
};

/**
 * One connection's side of the conversation: `echo` is answered at once, `sleep` after its `ms`, `never` never, `later` with the
 * request to come back in half a minute. Who agreed on `coalesce` gets all answers of one turn of the event loop in one array,
 * everybody else one frame an answer.
 */
export class SessionAnswers {
  readonly #send: (text: string) => void;
  readonly #window: number;
  #coalesce = false;
  #ready: string[] = [];

  constructor(send: (text: string) => void, window: number) {
    this.#send = send;
    this.#window = window;
  }

  hear(text: string): void {
    const frame = JSON.parse(text) as Request | Request[];
    if (Array.isArray(frame)) for (const request of frame) this.#take(request);
    else this.#take(frame);
  }

  #take({ id, method, params }: Request): void {
    if (id === undefined) return;
    if (method === 'session/open') {
      this.#send(this.#opening(id, params?.capabilities?.coalesce === true));
    } else if (method !== 'tools/call' || params?.name === 'echo') {
      this.#answer(id, `"result":{"structuredContent":${JSON.stringify(params?.arguments ?? {})}}`);
    } else if (params?.name === 'sleep') {
      setTimeout(() => this.#answer(id, '"result":{"structuredContent":{}}'), params.arguments?.ms ?? 0);
    } else if (params?.name === 'later') {
      this.#answer(id, `"error":${JSON.stringify(LATER)}`);
    }
  }

  #answer(id: number | string, outcome: string): void {
    const text = `{"jsonrpc":"2.0","id":${typeof id === 'number' ? id : JSON.stringify(id)},${outcome}}`;
    if (!this.#coalesce) this.#send(text);
    else if (this.#ready.push(text) === 1) process.nextTick(() => this.#flush());
  }

  #flush(): void {
    const texts = this.#ready;
    this.#ready = [];
    this.#send(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`);
  }

  #opening(id: number | string, coalesce: boolean): string {
    this.#coalesce = coalesce;
    const result = {
      sessionId: `ses_${Math.random().toString(36).slice(2)}`,
      resumed: false,
      principal: { id: 'key:benchmark', role: 'admin', scopes: [] },
      window: { maxInFlight: this.#window },
      limits: { maxPayloadBytes: 1_048_576, maxBatch: 50, maxDepth: 64, maxArrayItems: 10_000 },
      heartbeatMs: 25_000,
      server: { name: 'benchmark', version: '1.0.0' },
      gateways: [],
      capabilities: { coalesce },
    };
    return JSON.stringify({ jsonrpc: '2.0', id, result });
  }
}
