import { defineCounter, defineHistogram } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import { CLOSE_REASONS, closeReason, REJECTION_REASONS, rejectionReason } from './connection-labels.ts';
import type { Handlers } from './handlers.ts';

/** Counts what becomes of connections and of the sessions on them. */
export function connectionHandlers(registry: MetricRegistry): Handlers {
  const opened = defineCounter(registry, 'mcp_connections_opened_total');
  const closed = defineCounter(registry, 'mcp_connections_closed_total');
  const rejected = defineCounter(registry, 'mcp_connections_rejected_total');
  const resumed = defineCounter(registry, 'mcp_connections_resumed_total');
  const lifetime = defineHistogram(registry, 'mcp_connection_lifetime_seconds');
  const slow = defineCounter(registry, 'mcp_slow_consumer_closed_total').cell();
  const roundTrip = defineHistogram(registry, 'mcp_ping_rtt_seconds').cell();
  opened.cell('websocket');
  lifetime.cell('websocket');
  for (const reason of CLOSE_REASONS) closed.cell('websocket', reason);
  for (const reason of REJECTION_REASONS) rejected.cell(reason);
  for (const outcome of ['resumed', 'expired', 'gap']) resumed.cell(outcome);
  return {
    connection(event) {
      switch (event.type) {
        case 'opened':
          opened.cell(event.transport).inc();
          break;
        case 'closed':
          closed.cell(event.transport, closeReason(event.code)).inc();
          lifetime.cell(event.transport).observe(event.lifetimeMs / 1000);
          break;
        case 'refused':
          rejected.cell(rejectionReason(event.error.errorName)).inc();
          break;
        case 'resumed':
          resumed.cell(event.outcome).inc();
          break;
        case 'slow_consumer':
          slow.inc();
          break;
        case 'pong':
          roundTrip.observe(event.rttMs / 1000);
          break;
      }
    },
  };
}
