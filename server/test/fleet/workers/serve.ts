// A worker as somebody would write it, in a process of its own. It writes down what it runs, a line each: what is said about
// an attempt must be true even when the process is killed in the next moment.
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject, ToolContext } from '@callsheet/protocol';
import { provide } from '@callsheet/sdk-node';

const { FLEET_NAME: name = '', FLEET_RUNS: runs = '' } = process.env;
const note = (what: string, id: unknown): void => appendFileSync(runs, `${what} ${String(id)} ${name}\n`);

const input = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'ms'],
  properties: { id: { type: 'integer' }, ms: { type: 'integer' } },
};
const output = { type: 'object' };
async function work({ id = null, ms }: JsonObject, { signal }: ToolContext) {
  note('start', id);
  await pause(Number(ms), undefined, { signal });
  note('end', id);
  return { id, worker: name };
}

async function job(wanted: JsonObject, context: ToolContext) {
  const preparedBy = await context.memo('prepared', async () => {
    note('prepare', wanted.id);
    return name;
  });
  context.progress({ stage: 'work', fraction: 0.1 });
  const working = work(wanted, context);
  // For a test that waits for it.
  process.stdout.write('start\n');
  const done = { ...(await working), preparedBy };
  process.stdout.write('end\n');
  return done;
}

await provide({
  // The tag lets a caller ask for this one.
  ...{ name, version: '1.0.0', slots: 16, tags: [name] },
  // A test need not wait for the pauses that spare a gateway which is gone for long.
  reconnect: { maxMs: 1_000 },
  tools: {
    fleet_repeatable: { description: 'Waits; may be run twice', input, output, idempotent: true, run: work },
    fleet_once: { description: 'Waits; must not be run twice', input, output, run: work },
    fleet_broken: {
      description: 'Fails at once',
      ...{ input, output, idempotent: true },
      run: async ({ id }: JsonObject) => {
        note('start', id);
        throw new Error('broken');
      },
    },
    fleet_job: {
      description: 'Prepares once, then works for a while',
      ...{ input, output, execution: 'job', timeoutMs: 600_000 },
      run: job,
    },
  },
});
process.stdout.write('ready\n');
