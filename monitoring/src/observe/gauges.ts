import { defineCounter, defineGauge, defineHistogram } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Readings, ServiceReading, Traffic } from './readings.ts';

const SERVICE_STATES = ['up', 'down', 'draining', 'probing'] as const;
const BREAKER_STATES = ['closed', 'half_open', 'open'] as const;

/** Metrics of what the gateway is asked for only when somebody reads them. What it does not tell is not there. */
export function defineReadings(registry: MetricRegistry, readings: Readings): void {
  const { connections, unread, traffic, services, breakers } = readings;
  if (connections !== undefined) {
    defineGauge(registry, 'mcp_connections_active', (family) => {
      const rows = connections().map(({ transport, count }) => ({ labelValues: [transport], value: count }));
      family.replace([{ labelValues: ['websocket'], value: 0 }, ...rows]);
    });
  }
  if (unread !== undefined) {
    defineGauge(registry, 'mcp_connection_buffered_bytes', (family) => family.cell().set(unread().sum));
    defineGauge(registry, 'mcp_connection_buffered_max_bytes', (family) => family.cell().set(unread().max));
    defineGauge(registry, 'mcp_slow_consumers', (family) => family.cell().set(unread().slow));
  }
  if (traffic !== undefined) defineTraffic(registry, traffic);
  if (services !== undefined) defineServices(registry, services);
  const { picks } = readings;
  if (picks !== undefined) {
    defineCounter(registry, 'mcp_service_picks_total', (family) => {
      for (const { service, strategy, picks: count } of picks()) family.cell(service, strategy).follow(count);
    });
  }
  if (breakers !== undefined) {
    defineGauge(registry, 'mcp_breaker_state', (family) => {
      family.replace(
        breakers().flatMap(({ breaker, state }) =>
          BREAKER_STATES.map((each) => ({ labelValues: [breaker, each], value: each === state ? 1 : 0 })),
        ),
      );
    });
    defineCounter(registry, 'mcp_breaker_rejected_total', (family) => {
      // As a whole, so that those who left make room, and what finds none is added up.
      family.replace(breakers().map(({ breaker, rejected }) => ({ labelValues: [breaker], value: rejected })));
    });
  }
  defineStores(registry, readings);
  defineRecords(registry, readings);
}

function defineTraffic(registry: MetricRegistry, traffic: () => Traffic): void {
  defineHistogram(registry, 'mcp_message_size_bytes', (family) => {
    for (const [direction, { counts, sum }] of Object.entries(traffic().frames)) {
      family.cell(direction).follow(counts, sum);
    }
  });
  defineCounter(registry, 'mcp_messages_received_total', (family) => {
    for (const [kind, count] of Object.entries(traffic().received)) family.cell(kind).follow(count);
  });
  defineCounter(registry, 'mcp_messages_sent_total', (family) => {
    for (const [kind, count] of Object.entries(traffic().sent)) family.cell(kind).follow(count);
  });
  defineCounter(registry, 'mcp_received_bytes_total', (family) => {
    family.cell('websocket').follow(traffic().receivedBytes);
  });
  defineCounter(registry, 'mcp_sent_bytes_total', (family) => {
    family.cell('websocket').follow(traffic().sentBytes);
  });
}

function defineServices(registry: MetricRegistry, services: () => readonly ServiceReading[]): void {
  defineGauge(registry, 'mcp_service_instances', (family) => {
    family.replace(
      services().flatMap(({ service, state, instances }) =>
        SERVICE_STATES.map((each) => ({ labelValues: [service, each], value: each === state ? instances : 0 })),
      ),
    );
  });
  defineGauge(registry, 'mcp_service_inflight', (family) => {
    family.replace(services().map(({ service, inFlight }) => ({ labelValues: [service], value: inFlight })));
  });
}

function defineStores(registry: MetricRegistry, { caches, media }: Readings): void {
  if (caches !== undefined) {
    defineGauge(registry, 'mcp_cache_entries', (family) => {
      family.replace(caches().map(({ cache, entries }) => ({ labelValues: [cache], value: entries })));
    });
    defineGauge(registry, 'mcp_cache_bytes', (family) => {
      family.replace(
        caches().flatMap(({ cache, bytes }) => (bytes === undefined ? [] : [{ labelValues: [cache], value: bytes }])),
      );
    });
  }
  if (media !== undefined) {
    defineGauge(registry, 'mcp_media_stored_bytes', (family) => {
      family.replace(media().map(({ kind, bytes }) => ({ labelValues: [kind], value: bytes })));
    });
  }
}

function defineRecords(registry: MetricRegistry, { log, audit }: Readings): void {
  if (log !== undefined) {
    defineCounter(registry, 'mcp_log_lines_total', (family) => {
      for (const [level, lines] of Object.entries(log().lines)) family.cell(level).follow(lines);
    });
    defineCounter(registry, 'mcp_log_dropped_total', (family) => family.cell().follow(log().dropped));
  }
  if (audit !== undefined) {
    defineCounter(registry, 'mcp_audit_records_total', (family) => family.cell().follow(audit().records));
    defineCounter(registry, 'mcp_audit_failed_total', (family) => family.cell().follow(audit().failed));
  }
}
