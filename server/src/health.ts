/** How a gateway is, as `/health` and `server/health` tell it. */
export interface Health {
  /** `starting`: takes up unfinished jobs first · `draining`: going down, send nothing new. */
  readonly status: 'starting' | 'ok' | 'draining';
  readonly version: string;
  /** The storage engine and its driver. */
  readonly engine: string;
  readonly uptimeSeconds: number;
  readonly connections: number;
  readonly callsInFlight: number;
  readonly tools: number;
  readonly jobs: { readonly queued: number; readonly running: number };
}
