import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView, JsonObject } from '@callsheet/protocol';
import { type Gateway, startGateway } from '@callsheet/server';
import { expect } from 'chai';
import { Peer } from '../doors/gateway-socket.ts';
import { useTempDir } from '../temp-dir.ts';

const ADMIN = 'admin-key-with-enough-characters';
const SLEEP = { name: 'diagnostics_sleep', arguments: { ms: 600_000 } };

interface Answer<R = JsonObject> {
  readonly id: number;
  readonly result: R;
  readonly error?: { readonly code: number; readonly message: string; readonly data: JsonObject };
}

describe('a gateway and its jobs', () => {
  let gateway: Gateway | undefined;
  // Before the folder goes.
  afterEach(async () => {
    await gateway?.close();
    gateway = undefined;
  });
  const folder = useTempDir();
  const file = (): string => join(folder(), 'policy.yaml');
  const write = (text: string): Promise<void> => writeFile(file(), `version: 1\n${text}`);

  /** A gateway with this policy, and its administrator. */
  async function serve(policy: string) {
    await write(policy);
    gateway = await startGateway({
      ollama: { detect: false },
      log: { level: 'silent' },
      tools: { diagnostics: true },
      policy: { file: file() },
      server: { port: 0, data_dir: folder() },
      auth: { admin_key: ADMIN },
    });
    const peer = new Peer(gateway.url, { headers: { authorization: `Bearer ${ADMIN}` } });
    let id = 0;
    const ask = async <R = JsonObject>(method: string, params: object = {}): Promise<Answer<R>> => {
      id += 1;
      let answer = (await peer.say({ jsonrpc: '2.0', id, method, params })) as Answer<R>;
      while (answer.id !== id) answer = (await peer.hear()) as Answer<R>;
      return answer;
    };
    /** Puts another policy in force. */
    const change = async (next: string): Promise<void> => {
      await write(next);
      while (((await peer.hear()) as { method?: string }).method !== 'tools/list_changed');
    };
    return { peer, ask, change };
  }

  it('runs nothing for real again while it may only say what it would do', async () => {
    const { ask, change } = await serve('dry_run: false\n');
    const music = { name: 'generate_music', arguments: { mood: 'calm', duration: 600 } };
    const { jobId } = (await ask<JobView>('jobs/submit', music)).result;
    expect((await ask<JobView>('jobs/cancel', { jobId })).result).to.include({ status: 'canceled' });
    await change('dry_run: true\n');
    expect((await ask('jobs/retry', { jobId })).error).to.include({ code: 4032 });
    const other = (await ask<JobView>('jobs/submit', SLEEP)).result.jobId;
    await change('limits: { admin: { jobs: 1 } }\n');
    expect((await ask('jobs/retry', { jobId })).error?.data).to.include({ name: 'TOO_MANY_IN_FLIGHT' });
    await ask('jobs/cancel', { jobId: other });
    expect((await ask<JobView>('jobs/retry', { jobId })).result).to.include({ status: 'queued' });
    expect((await ask<JobView>('jobs/cancel', { jobId })).result).to.include({ status: 'canceled' });
    const { lines } = (await ask<{ lines: JsonObject[] }>('audit/query', { limit: 100 })).result;
    const told = lines.filter(({ resource }) => resource === jobId).map(({ action, decision }) => [action, decision]);
    expect(told).to.have.deep.members([
      ['jobs/cancel', 'allowed'],
      ['jobs/retry', 'allowed'],
      ['jobs/cancel', 'allowed'],
    ]);
  });

  it('holds one batch to the unfinished jobs a role may have, and answers a repeated key at the bound', async () => {
    const { ask, peer } = await serve('limits: { admin: { jobs: 2 } }\n');
    const submit = (id: string, key: string) => {
      const params = { ...SLEEP, _meta: { idempotencyKey: key } };
      return { jsonrpc: '2.0', id, method: 'jobs/submit', params };
    };
    await ask('session/open');
    const batch = ['a', 'b', 'c', 'd', 'a'].map((key, index) => submit(`batch-${index}`, key));
    const answers = (await peer.say(batch)) as unknown as Answer<JobView>[];
    const [a, , , , again] = answers;
    expect(answers.filter(({ error }) => error === undefined)).to.have.length(3);
    expect(again?.result.jobId).to.equal(a?.result.jobId);
    const refused = answers.flatMap(({ error }) => (error === undefined ? [] : [error.data.name]));
    expect(refused).to.deep.equal(['TOO_MANY_IN_FLIGHT', 'TOO_MANY_IN_FLIGHT']);
    expect((await ask<{ jobs: unknown[] }>('jobs/list')).result.jobs).to.have.length(2);
    const known = await ask<JobView>('jobs/submit', { ...SLEEP, _meta: { idempotencyKey: 'a' } });
    expect(known.result.jobId).to.equal(a?.result.jobId);
  });

  it('stores no secret it knows with a job', async () => {
    const { ask } = await serve('dry_run: false\n');
    const { jobId } = (await ask<JobView>('jobs/submit', SLEEP)).result;
    await ask('jobs/cancel', { jobId, reason: `pasted ${ADMIN} here` });
    const status = { name: 'get_generation_status', arguments: { task_id: jobId } };
    for (const [method, params] of [
      ['jobs/get', { jobId }],
      ['jobs/list', {}],
      ['tools/call', status],
    ] as const) {
      const text = JSON.stringify((await ask(method, params)).result);
      expect(text, method).to.include('pasted').and.not.include(ADMIN);
    }
  });
});
