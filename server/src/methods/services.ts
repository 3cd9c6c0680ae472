import { CallError, type RegisterParams } from '@callsheet/protocol';
import type { Recorder } from '../audit/recorder.ts';
import type { Registrations } from '../workers/registrations.ts';
import type { Method } from './method.ts';

type ServiceMethods =
  | 'services/register'
  | 'services/heartbeat'
  | 'services/drain'
  | 'services/list'
  | 'services/explain';

/** What can be told of all workers. */
export interface Fleet {
  list(): unknown;
  /** Why each worker of a tool is or is not chosen. */
  explain(tool: string): unknown;
  readonly registry: { readonly catalogue: { entry(tool: string): object | undefined } };
}

/** `services/*`: workers come, say that they are there, and go; operators look at them. Who came is in the audit trail. */
export function serviceMethods(
  registrations: Registrations,
  fleet: Fleet,
  recorder?: Pick<Recorder, 'did'>,
): Record<ServiceMethods, Method> {
  return {
    'services/register': (given, { session }) => {
      const params = given as unknown as RegisterParams;
      const registered = registrations.register(session, params);
      const { workerId, epoch } = registered;
      const details = { name: params.worker.name, epoch, tools: params.tools.map(({ name }) => name) };
      recorder?.did('worker', 'services/register', { by: session, resource: workerId, details });
      return registered;
    },
    'services/heartbeat': ({ ready, inFlight }, { session }) => {
      registrations.of(session).facts.lease.renew({
        ...(typeof ready === 'boolean' && { ready }),
        ...(typeof inFlight === 'number' && { inFlight }),
      });
      return {};
    },
    'services/drain': (_params, { session }) => {
      registrations.of(session).drain();
      return {};
    },
    'services/list': () => fleet.list(),
    'services/explain': ({ tool }) => {
      const name = String(tool);
      if (fleet.registry.catalogue.entry(name) !== undefined) return fleet.explain(name);
      throw new CallError('NOT_FOUND', `Cannot explain the tool "${name}": nobody offers it; see services/list`);
    },
  };
}
