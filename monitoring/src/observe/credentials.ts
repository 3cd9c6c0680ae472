import { defineCounter } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';
import type { Overhead } from './overhead.ts';

const SCHEMES = ['api_key', 'jwt', 'hmac', 'ticket', 'password', 'certificate'];
const OUTCOMES = ['ok', 'bad', 'expired', 'replay', 'limited'];

/** Counts credentials that were shown. */
export function credentialHandlers(registry: MetricRegistry, overhead: Overhead): Handlers {
  const attempts = defineCounter(registry, 'mcp_auth_attempts_total');
  for (const scheme of SCHEMES) for (const outcome of OUTCOMES) attempts.cell(scheme, outcome);
  return {
    credential({ scheme, outcome, durationMs }) {
      attempts.cell(scheme, outcome).inc();
      overhead.auth(durationMs);
    },
  };
}
