/** What test gateways need beyond what the client engine names; every JavaScript platform has it. */
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
