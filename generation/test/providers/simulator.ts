import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the simulated provider does with one request. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'text'; readonly text: string; readonly type: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'hang-in-body' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'flood'; readonly bytes: number };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly traceparent: string | undefined;
  readonly body: unknown;
}

/** An OpenAI-compatible server on the loopback that serves scripted faults first and then a good answer. */
export interface Simulator {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  readonly faults: Fault[];
  close(): Promise<void>;
}

export interface SimulatorOptions {
  readonly faults?: readonly Fault[];
  readonly apiKey?: string;
  /** Text of the good completion. */
  readonly text?: string;
  /** Names of the models that `/api/tags` lists. */
  readonly models?: readonly string[];
  /** What the completion is said to have cost; 12 tokens in all unless a test says otherwise. */
  readonly usage?: unknown;
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const seen: SeenRequest[] = [];
  const faults = [...(options.faults ?? [])];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const traceparent = typeof headers.traceparent === 'string' ? headers.traceparent : undefined;
      seen.push({ method, path: url, authorization: headers.authorization, traceparent, body });
      const fault = faults.shift();
      if (fault === undefined) answerWell(response, url, headers.authorization, options);
      else answerBadly(response, fault);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerWell(
  response: ServerResponse,
  url: string,
  key: string | undefined,
  options: SimulatorOptions,
): unknown {
  const { apiKey, text = 'Hello.', models = [], usage = { total_tokens: 12 } } = options;
  if (apiKey !== undefined && key !== `Bearer ${apiKey}`) {
    return json(response, 401, { error: { message: `Incorrect API key provided: ${key}`, code: 'invalid_api_key' } });
  }
  if (url === '/api/tags') return json(response, 200, { models: models.map((name) => ({ name })) });
  if (!url.endsWith('/chat/completions')) return json(response, 404, { error: { message: 'no such path' } });
  return json(response, 200, {
    id: 'chatcmpl-1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage,
  });
}

function answerBadly(response: ServerResponse, fault: Fault): unknown {
  switch (fault.kind) {
    case 'status':
      return json(response, fault.status, fault.body ?? {}, fault.headers);
    case 'text':
      response.writeHead(200, { 'content-type': fault.type });
      return response.end(fault.text);
    case 'hang':
      return undefined;
    case 'hang-in-body':
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.write('{"choices":');
    case 'cut':
      return response.socket?.destroy();
    case 'flood':
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end('x'.repeat(fault.bytes));
  }
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): unknown {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  return response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
