import type { TraceQuery, Tracer } from '@callsheet/monitoring';
import { CallError } from '@callsheet/protocol';
import type { Method } from './method.ts';

const PAGE = 50;

/** `traces/list`. */
export function traceMethods(tracer: Pick<Tracer, 'list'> | undefined): Record<'traces/list', Method> {
  return {
    'traces/list': ({ _meta, limit = PAGE, ...query }) => {
      if (tracer !== undefined) return { traces: tracer.list({ ...query, limit } as TraceQuery) };
      throw new CallError('NOT_IMPLEMENTED', 'Cannot show traces: this gateway keeps none; see tracing.enabled');
    },
  };
}
