import type { JsonSchema } from './json.ts';

/** One method of the one table every door ends in. */
export interface MethodRow {
  /** JSON Schema of `params`. */
  readonly params: JsonSchema;
  /** What it is for, in one line. */
  readonly summary: string;
  /** True when it may be called before the session is open. */
  readonly beforeOpening?: boolean;
  /** Whose it is; everyone's when not said. Others than everyone's need a role that allows them by name. */
  readonly access?: 'everyone' | 'operator' | 'worker';
}

const text = (maxLength: number): JsonSchema => ({ type: 'string', minLength: 1, maxLength });
const object = (properties: JsonSchema, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties: { ...properties, _meta: META },
});

const META: JsonSchema = {
  type: 'object',
  properties: {
    idempotencyKey: text(128),
    deadlineMs: { type: 'integer', minimum: 1, maximum: 86_400_000 },
    progressToken: { type: ['string', 'integer'], maxLength: 256 },
    traceparent: text(128),
    tracestate: text(512),
    dryRun: { type: 'boolean' },
    cache: { enum: ['use', 'refresh', 'bypass'] },
    priority: { type: 'integer', minimum: 0, maximum: 9 },
    project: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    trace: {
      type: 'object',
      additionalProperties: false,
      properties: { project: text(256), user: text(256), session: text(256) },
    },
    report: { type: 'boolean' },
    route: {
      type: 'object',
      additionalProperties: false,
      properties: {
        affinity: text(256),
        zone: text(64),
        tags: { type: 'array', maxItems: 16, items: text(64) },
        version: text(64),
      },
    },
  },
};

const TOOL_CALL = object({ name: text(64), arguments: { type: 'object' } }, ['name']);
const JOB_ID = object({ jobId: text(64) }, ['jobId']);
const NOTHING = object({});

const credential = (type: string, properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: ['type', ...Object.keys(properties)],
  properties: { type: { const: type }, ...properties },
});

const CREDENTIAL: JsonSchema = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    credential('apiKey', { apiKey: text(128) }),
    credential('jwt', { token: text(8192) }),
    credential('hmac', {
      clientId: text(128),
      timestamp: { type: 'integer' },
      nonce: text(128),
      signature: text(128),
    }),
    credential('ticket', { ticket: text(256) }),
  ],
};

/** Every method of this version. PROTOCOL.md prints the same rows, and a test holds the two together. */
export const METHODS = {
  ping: { params: NOTHING, summary: 'Answers {}', beforeOpening: true },
  'session/open': {
    params: object({
      auth: CREDENTIAL,
      client: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'version'],
        properties: { name: text(128), version: text(64) },
      },
      capabilities: {
        type: 'object',
        properties: { coalesce: { type: 'boolean' }, events: { type: 'boolean' }, resume: { type: 'boolean' } },
      },
      resume: {
        type: 'object',
        additionalProperties: false,
        required: ['sessionId', 'resumeToken', 'lastSeq'],
        properties: { sessionId: text(64), resumeToken: text(128), lastSeq: { type: 'integer', minimum: 0 } },
      },
    }),
    summary: 'Says who is calling and agrees on capabilities',
    beforeOpening: true,
  },
  'session/refresh': {
    params: object({ auth: CREDENTIAL }, ['auth']),
    summary: 'Goes on under a newer credential of the same caller',
  },
  'session/close': { params: NOTHING, summary: 'Answers, then closes the connection with 1000' },
  'tools/list': {
    params: object({ cursor: text(256), category: text(64) }),
    summary: 'The tools the caller may use',
  },
  'tools/call': { params: TOOL_CALL, summary: 'Runs a tool; a job tool answers with its job handle' },
  'jobs/submit': { params: TOOL_CALL, summary: 'Runs any tool as a durable job' },
  'jobs/get': { params: JOB_ID, summary: 'One job' },
  'jobs/list': {
    params: object({
      status: { enum: ['queued', 'in_progress', 'completed', 'failed', 'canceled'] },
      tool: text(64),
      project: text(64),
      limit: { type: 'integer', minimum: 1, maximum: 200 },
      cursor: text(256),
    }),
    summary: 'Own jobs, newest first',
  },
  'jobs/cancel': {
    params: object({ jobId: text(64), reason: text(512) }, ['jobId']),
    summary: 'Stops a job; CONFLICT when it is already final',
  },
  'jobs/retry': { params: JOB_ID, summary: 'Runs a failed or canceled job again, finished stages remembered' },
  'events/subscribe': {
    params: object({ topic: text(128), after: { type: 'integer', minimum: 0 } }, ['topic']),
    summary: 'Follows a topic, from after a number on',
  },
  'events/unsubscribe': {
    params: object({ subscription: text(64) }, ['subscription']),
    summary: 'Stops following',
  },
  'services/register': {
    params: object(
      {
        worker: { type: 'object' },
        tools: { type: 'array', items: { type: 'object' } },
        holds: {
          type: 'array',
          maxItems: 10_000,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['id'],
            properties: {
              id: text(64),
              job: {
                type: 'object',
                additionalProperties: false,
                required: ['id', 'attempt'],
                properties: { id: text(64), attempt: { type: 'integer', minimum: 1 } },
              },
            },
          },
        },
      },
      ['worker', 'tools'],
    ),
    summary: 'Offers the tools of a worker on this connection, which then receives tools/call',
    access: 'worker',
  },
  'services/heartbeat': {
    params: object({ ready: { type: 'boolean' }, inFlight: { type: 'integer', minimum: 0, maximum: 1_000_000 } }),
    summary: 'Says that the worker is there, and whether it takes calls',
    access: 'worker',
  },
  'services/drain': {
    params: NOTHING,
    summary: 'Takes no new calls from now on, and finishes those it has',
    access: 'worker',
  },
  'services/list': {
    params: NOTHING,
    summary: 'The workers and the tools they serve',
    access: 'operator',
  },
  'services/explain': {
    params: object({ tool: text(64) }, ['tool']),
    summary: 'Why each worker of a tool is or is not chosen',
    access: 'operator',
  },
  'work/call': {
    params: object({ work: text(64), name: text(64), arguments: { type: 'object' } }, ['work', 'name']),
    summary: 'Calls another tool for a call the worker works on, as the same caller',
    access: 'worker',
  },
  'work/recall': {
    params: object({ work: text(64), key: text(512) }, ['work', 'key']),
    summary: 'What an earlier attempt of the job remembered under a key',
    access: 'worker',
  },
  'work/remember': {
    params: object({ work: text(64), key: text(512), value: {} }, ['work', 'key', 'value']),
    summary: 'Remembers the result of a stage of the job',
    access: 'worker',
  },
  'work/link': {
    params: object({ work: text(64), ref: text(256) }, ['work', 'ref']),
    summary: 'A stored file the caller may read, and a link to fetch it by',
    access: 'worker',
  },
  'keys/create': {
    params: object(
      {
        name: text(64),
        role: text(32),
        scopes: { type: 'array', maxItems: 64, items: text(128) },
        expiresInDays: { type: 'integer', minimum: 1, maximum: 3650 },
        expiresAt: text(64),
        allowedOrigins: { type: 'array', maxItems: 64, items: text(256) },
        principal: text(128),
        environment: { enum: ['live', 'test'] },
      },
      ['role'],
    ),
    summary: 'Makes an API key and answers it, for the only time',
    access: 'operator',
  },
  'keys/list': { params: NOTHING, summary: 'The stored keys, never the keys themselves', access: 'operator' },
  'keys/rotate': {
    params: object({ kid: text(64), graceMs: { type: 'integer', minimum: 0 } }, ['kid']),
    summary: 'Puts a new key in the place of another, which stays good for a while',
    access: 'operator',
  },
  'keys/revoke': {
    params: object({ kid: text(64) }, ['kid']),
    summary: 'Ends a key for good, and the sessions opened with it',
    access: 'operator',
  },
  'audit/query': {
    params: object({
      from: text(64),
      to: text(64),
      principal: text(256),
      action: text(128),
      decision: { enum: ['allowed', 'refused'] },
      after: { type: 'integer', minimum: 0 },
      before: { type: 'integer', minimum: 0 },
      limit: { type: 'integer', minimum: 1, maximum: 1000 },
    }),
    summary: 'Lines of the audit trail, newest first, or after a number',
    access: 'operator',
  },
  'audit/verify': {
    params: NOTHING,
    summary: 'Whether the audit trail is whole, and where it is not',
    access: 'operator',
  },
  'metrics/snapshot': {
    params: NOTHING,
    summary: 'What the gateway measures, as it is now',
    access: 'operator',
  },
  'metrics/query': {
    params: object(
      {
        metric: text(128),
        overSeconds: { type: 'integer', minimum: 1, maximum: 259_200 },
        stepSeconds: { type: 'integer', minimum: 1, maximum: 86_400 },
      },
      ['metric'],
    ),
    summary: 'How one figure went over the last minutes or days',
    access: 'operator',
  },
  'metrics/top': {
    params: object({
      by: { enum: ['calls', 'errors'] },
      limit: { type: 'integer', minimum: 1, maximum: 100 },
    }),
    summary: 'The callers who call most or fail most',
    access: 'operator',
  },
  'alerts/list': { params: NOTHING, summary: 'Rules, alerts that are pending or firing, silences', access: 'operator' },
  'alerts/ack': {
    params: object({ alert: text(64), comment: text(512) }, ['alert']),
    summary: 'Says that somebody looks after a firing alert: it is not told again',
    access: 'operator',
  },
  'alerts/silence': {
    params: object(
      {
        matchers: {
          type: 'array',
          minItems: 1,
          maxItems: 16,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['label', 'value'],
            properties: {
              label: text(128),
              value: { type: 'string', maxLength: 256 },
              operator: { enum: ['=', '!=', '=~'] },
            },
          },
        },
        minutes: { type: 'integer', minimum: 1, maximum: 525_600 },
        comment: text(512),
      },
      ['matchers', 'minutes'],
    ),
    summary: 'Tells nobody of matching alerts for a while',
    access: 'operator',
  },
  'alerts/unsilence': {
    params: object({ silence: text(64) }, ['silence']),
    summary: 'Ends a silence',
    access: 'operator',
  },
  'alerts/test': {
    params: object({ channel: text(64) }, ['channel']),
    summary: 'Sends a test notice through one channel',
    access: 'operator',
  },
  'traces/list': {
    params: object({
      limit: { type: 'integer', minimum: 1, maximum: 500 },
      errors: { type: 'boolean' },
      tool: text(64),
      traceId: text(32),
    }),
    summary: 'The last calls that failed or were slow, with their spans',
    access: 'operator',
  },
  'server/health': { params: NOTHING, summary: 'Version, storage engine, tools, jobs' },
} as const satisfies Record<string, MethodRow>;

export type MethodName = keyof typeof METHODS;

/** Messages nobody answers, in either direction. */
export const NOTIFICATIONS = {
  'notifications/progress': 'how far a call with a progressToken is: server → client, and worker → server',
  'notifications/cancelled': 'the answer to a request is not wanted any more: client → server, and server → worker',
  'events/event': 'server → client: one event of a followed topic',
  'session/expiring': 'server → client: the credential ends soon; send session/refresh',
  'session/ack': 'client → server: everything up to a number has arrived and need not be kept',
  'tools/list_changed': 'server → client: ask tools/list again; other tools may be allowed now',
  'session/draining': 'server → client: the server is going down; finish or move',
} as const;
