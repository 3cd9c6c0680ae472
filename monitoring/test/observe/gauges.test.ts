import { expect } from 'chai';
import type { ServiceReading } from '../../src/observe/readings.ts';
import { observing } from './observing.ts';

describe('reading what a gateway knows of itself', () => {
  const observe = observing();

  it('reads connections by door, sockets at 0 when there are none', () => {
    let connections = [{ transport: 'http', count: 2 }];
    const seen = observe({ connections: () => connections });
    expect(seen.value('mcp_connections_active', 'http')).to.equal(2);
    expect(seen.value('mcp_connections_active', 'websocket')).to.equal(0);
    connections = [{ transport: 'websocket', count: 7 }];
    expect(seen.value('mcp_connections_active', 'websocket')).to.equal(7);
    expect(seen.value('mcp_connections_active', 'http')).to.equal(undefined);
  });

  it('reads what peers have not read', () => {
    const seen = observe({ unread: () => ({ sum: 500, max: 300, slow: 1 }) });
    expect(seen.value('mcp_connection_buffered_bytes')).to.equal(500);
    expect(seen.value('mcp_connection_buffered_max_bytes')).to.equal(300);
    expect(seen.value('mcp_slow_consumers')).to.equal(1);
  });

  it('reads messages and bytes, which only grow', () => {
    const received = { request: 5, response: 0, notification: 1, batch: 0, ping: 2 };
    const sent = { request: 0, response: 5, notification: 3, batch: 1, ping: 0 };
    const frames = {
      in: { counts: Float64Array.of(3, 1, 0, 0, 0, 0, 0, 0, 0, 0), sum: 900 },
      out: { counts: Float64Array.of(0, 2, 0, 0, 0, 0, 0, 0, 0, 1), sum: 1800 },
    };
    const traffic = { received, sent, frames, receivedBytes: 900, sentBytes: 1800 };
    const seen = observe({ traffic: () => traffic });
    expect(seen.value('mcp_messages_received_total', 'request')).to.equal(5);
    expect(seen.value('mcp_messages_received_total', 'batch')).to.equal(0);
    expect(seen.value('mcp_messages_sent_total', 'notification')).to.equal(3);
    expect(seen.value('mcp_received_bytes_total', 'websocket')).to.equal(900);
    expect(seen.value('mcp_message_size_bytes', 'in')).to.equal(4);
    expect(seen.sum('mcp_message_size_bytes', 'out')).to.equal(1800);
    received.request = 8;
    traffic.sentBytes = 2000;
    expect(seen.value('mcp_messages_received_total', 'request')).to.equal(8);
    expect(seen.value('mcp_sent_bytes_total', 'websocket')).to.equal(2000);
  });

  it('reads workers in every state, several of one name together', () => {
    let services: readonly ServiceReading[] = [
      { service: 'gpu', state: 'up', instances: 2, inFlight: 3 },
      { service: 'gpu', state: 'draining', instances: 1, inFlight: 1 },
    ];
    const seen = observe({ services: () => services });
    const states = ['up', 'down', 'draining', 'probing'].map((state) =>
      seen.value('mcp_service_instances', 'gpu', state),
    );
    expect(states).to.deep.equal([2, 0, 1, 0]);
    expect(seen.value('mcp_service_inflight', 'gpu')).to.equal(4);
    services = [];
    expect(seen.size('mcp_service_instances')).to.equal(0);
    expect(seen.size('mcp_service_inflight')).to.equal(0);
  });

  it('reads how often workers were picked, and by which strategy', () => {
    let picks = [{ service: 'gpu', strategy: 'adaptive', picks: 4 }];
    const seen = observe({ picks: () => picks });
    expect(seen.value('mcp_service_picks_total', 'gpu', 'adaptive')).to.equal(4);
    picks = [{ service: 'gpu', strategy: 'adaptive', picks: 9 }];
    expect(seen.value('mcp_service_picks_total', 'gpu', 'adaptive')).to.equal(9);
  });

  it('reads circuit breakers as one state of three', () => {
    const seen = observe({ breakers: () => [{ breaker: 'gpu', state: 'half_open', rejected: 3 }] });
    const states = ['closed', 'half_open', 'open'].map((state) => seen.value('mcp_breaker_state', 'gpu', state));
    expect(states).to.deep.equal([0, 1, 0]);
    expect(seen.value('mcp_breaker_rejected_total', 'gpu')).to.equal(3);
  });

  it('reads caches, with bytes where they are known, and stored files', () => {
    const seen = observe({
      caches: () => [
        { cache: 'answers', entries: 3, bytes: 70 },
        { cache: 'schemas', entries: 9 },
      ],
      media: () => [{ kind: 'audio', bytes: 0 }],
    });
    expect(seen.value('mcp_cache_entries', 'schemas')).to.equal(9);
    expect(seen.value('mcp_cache_bytes', 'answers')).to.equal(70);
    expect(seen.value('mcp_cache_bytes', 'schemas')).to.equal(undefined);
    expect(seen.value('mcp_media_stored_bytes', 'audio')).to.equal(0);
  });

  it('reads the log and the audit trail', () => {
    const seen = observe({
      log: () => ({ lines: { info: 20, error: 0 }, dropped: 4 }),
      audit: () => ({ records: 11, failed: 1 }),
    });
    expect(seen.value('mcp_log_lines_total', 'info')).to.equal(20);
    expect(seen.value('mcp_log_lines_total', 'error')).to.equal(0);
    expect(seen.value('mcp_log_dropped_total')).to.equal(4);
    expect(seen.value('mcp_audit_records_total')).to.equal(11);
    expect(seen.value('mcp_audit_failed_total')).to.equal(1);
  });

  it('has no metric of what is not told', () => {
    const { registry } = observe();
    for (const name of ['mcp_connections_active', 'mcp_slow_consumers', 'mcp_breaker_state', 'mcp_log_lines_total']) {
      expect(registry.family(name), name).to.equal(undefined);
    }
  });
});
