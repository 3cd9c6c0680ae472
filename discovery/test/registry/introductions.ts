import type { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { FakeClock } from '../../../server/test/fake-clock.ts';
import type { Change } from '../../src/registry/change.ts';
import type { RegistryOptions } from '../../src/registry/options.ts';
import { Registry } from '../../src/registry/registry.ts';
import type { WorkerLink } from '../../src/worker.ts';

/** What a worker says of itself, with whatever the test is about. */
export function facts(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    instanceId: 'instance-0123456789',
    epoch: 1,
    name: 'gpu box',
    version: '1.0.0',
    slots: 4,
    tags: ['gpu'],
    zone: 'eu-1',
    weight: 1,
    ...over,
  };
}

/** The facts of the nth worker of a fleet. */
export function member(n: number, over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return facts({ instanceId: `instance-${String(n).padStart(10, '0')}`, name: `worker ${n}`, ...over });
}

/** A tool as it comes over the wire. */
export function tool(name = 'create_video', over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name,
    title: 'Create a video',
    description: 'Text to a vertical video',
    category: 'video',
    inputSchema: { type: 'object', properties: { subject: { type: 'string' } } },
    outputSchema: { type: 'object' },
    execution: 'job',
    annotations: { idempotentHint: true, readOnlyHint: false, timeoutMs: 60_000 },
    ...over,
  };
}

/** A link nobody calls. */
export function link(): WorkerLink {
  return { call: () => Promise.reject(new Error('nobody calls in this test')) };
}

export interface RegistryUnderTest {
  readonly registry: Registry;
  readonly clock: FakeClock;
  readonly changes: Change[];
  /** What was logged as a fault of a listener. */
  readonly faults: unknown[];
}

export function registryUnderTest(options: RegistryOptions = {}): RegistryUnderTest {
  const clock = new FakeClock();
  const faults: unknown[] = [];
  const registry = new Registry({ clock, options, log: { warn: ({ fault }) => faults.push(fault) } });
  const changes: Change[] = [];
  registry.listen((change) => changes.push(change));
  return { registry, clock, changes, faults };
}

/** The error a call ends with, when it is one of the error table. */
export function refusalOf(act: () => unknown): CallError {
  try {
    act();
  } catch (error) {
    expect(error).to.have.property('name', 'CallError');
    return error as CallError;
  }
  throw new Error('expected a refusal');
}

/** The state of the only worker. */
export function stateOfOnly(registry: Registry): string | undefined {
  return [...registry.workers()].map(({ worker }) => worker.state)[0];
}
