import { defineHistogram } from '../catalogue/define.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Handlers } from './handlers.ts';

/** Measures frames. The message is the same object each time: nothing of it is kept. */
export function frameHandlers(registry: MetricRegistry): Handlers {
  const sizes = defineHistogram(registry, 'mcp_message_size_bytes');
  const received = sizes.cell('in');
  const sent = sizes.cell('out');
  return {
    frame({ direction, bytes }) {
      (direction === 'in' ? received : sent).observe(bytes);
    },
  };
}
