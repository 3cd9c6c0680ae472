import fc from 'fast-check';
import { CatalogueDraft } from '../../src/catalogue/draft.ts';
import type { OfferedTool } from '../../src/catalogue/offered-tool.ts';
import type { Endpoint, Worker } from '../../src/catalogue/worker.ts';
import { takesCalls } from '../../src/health/state.ts';
import { link } from '../registry/introductions.ts';

/** An offered tool, with whatever the test is about. */
export function offer(name: string, version = '1.0.0', schemaHash = 'schema a'): OfferedTool {
  return {
    name,
    version,
    schemaHash,
    title: name,
    description: '',
    category: 'other',
    inputSchema: {},
    outputSchema: {},
    execution: 'call',
    annotations: { idempotentHint: false, readOnlyHint: false, timeoutMs: 1_000 },
  };
}

type About = Partial<Pick<Worker, 'state' | 'health' | 'tools'>> &
  Partial<Pick<Worker['facts'], 'slots' | 'tags' | 'zone'>>;

/** A ready worker, with whatever the test is about. */
export function worker(id: string, about: About = {}): Worker {
  const { state = 'ready', health = 'unknown', tools = [offer('draw')], slots = 1, tags = [], zone } = about;
  return {
    id,
    facts: {
      instanceId: `instance of ${id}`,
      epoch: 1,
      name: id,
      version: '1.0.0',
      slots,
      tags,
      zone,
      weight: 1,
      metricsAddress: undefined,
    },
    tools,
    link: link(),
    state,
    health,
    connected: true,
    available: takesCalls(state, health),
  };
}

/** The catalogue of these workers. */
export function catalogueOf(...workers: readonly Worker[]): ReturnType<CatalogueDraft['publish']> {
  const draft = new CatalogueDraft();
  for (const one of workers) draft.put(one);
  return draft.publish(1, false);
}

export function ids(endpoints: readonly Endpoint[] | undefined): string[] | undefined {
  return endpoints?.map((endpoint) => endpoint.worker.id);
}

/** Any worker called `id`, offering some of two tools in three versions and two meanings. */
export function anyWorker(id: string): fc.Arbitrary<Worker> {
  const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0');
  const offerOf = (name: string): fc.Arbitrary<OfferedTool | undefined> =>
    fc.option(
      fc.tuple(version, fc.constantFrom('schema a', 'schema b')).map(([of, schema]) => offer(name, of, schema)),
      { nil: undefined },
    );
  return fc
    .record({
      tools: fc.tuple(offerOf('draw'), offerOf('sing')).map((tools) => tools.filter((tool) => tool !== undefined)),
      state: fc.constantFrom('joining', 'ready', 'ready', 'ready', 'suspect', 'dead', 'draining'),
      health: fc.constantFrom('unknown', 'healthy', 'unhealthy'),
      slots: fc.integer({ min: 1, max: 4 }),
      tags: fc.subarray(['gpu', 'eu']),
      zone: fc.constantFrom('eu-1', 'us-1', undefined),
    })
    .map((about) => worker(id, about));
}
