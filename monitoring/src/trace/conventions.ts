/**
 * Names of attributes, where OpenTelemetry has conventions for them: MCP and generative AI (semantic-conventions-genai, in
 * development), RPC, HTTP, network. They will move; nothing else in the house writes one of these names. What is ours begins
 * with `callsheet.`.
 */
export const ATTRIBUTE = {
  method: 'mcp.method.name',
  session: 'mcp.session.id',
  statusCode: 'rpc.response.status_code',
  errorType: 'error.type',
  protocolName: 'network.protocol.name',
  networkTransport: 'network.transport',
  operation: 'gen_ai.operation.name',
  tool: 'gen_ai.tool.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  retries: 'http.request.resend_count',
  requestId: 'callsheet.request.id',
  transport: 'callsheet.transport',
  workMs: 'callsheet.work_ms',
  parsedMs: 'callsheet.parsed_ms',
  checkedMs: 'callsheet.checked_ms',
  sentMs: 'callsheet.sent_ms',
  answeredMs: 'callsheet.answered_ms',
  worker: 'callsheet.worker.name',
  workerId: 'callsheet.worker.id',
  strategy: 'callsheet.balance.strategy',
  attempt: 'callsheet.attempt',
  attemptOutcome: 'callsheet.attempt.outcome',
  jobId: 'callsheet.job.id',
  jobWaitMs: 'callsheet.job.wait_ms',
  jobOutcome: 'callsheet.job.outcome',
  stage: 'callsheet.stage',
  units: 'callsheet.units.',
  costUsd: 'callsheet.cost_usd',
  credits: 'callsheet.credits',
} as const;

/** A method, tool or error nobody knows is called this: names of spans and groups must stay few. */
export const OTHER = '_OTHER';

/** `gen_ai.operation.name` of a call of a tool. */
export const EXECUTE_TOOL = 'execute_tool';

export const RESOURCE = {
  service: 'service.name',
  version: 'service.version',
  instance: 'service.instance.id',
} as const;
