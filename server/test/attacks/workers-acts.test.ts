import type { Asset, JobView } from '@callsheet/protocol';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { HostileWorker, OTHER_WORKER, toolRow, WORKER, WORKER_KEYS } from './hostile-worker.ts';
import { ADMIN, BOB, MALLORY, useTarget } from './target.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('what a hostile worker does', () => {
  const target = useTarget({
    auth: {
      admin_key: ADMIN,
      api_keys: { bob: { key: BOB, role: 'user' }, mallory: { key: MALLORY, role: 'user' }, ...WORKER_KEYS },
    },
  });
  const bystander = useBystander(target);

  /** A worker with a call of Bob's. */
  const withCall = async (name: string) => {
    const worker = await HostileWorker.serving(target(), [toolRow(name)]);
    const bob = await Caller.open(target(), { key: BOB });
    const answer = bob.call(name);
    answer.catch(() => {});
    const { id } = await worker.asked();
    const leave = (): void => {
      for (const one of [worker, bob]) one.cut();
    };
    return { worker, bob, answer, id, leave };
  };

  const upload = (key: string, work: string, facts: object, body: Uint8Array = PNG) =>
    fetch(`${target().httpUrl}/v1/work/assets`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${key}`,
        'callsheet-work': work,
        'callsheet-asset': Buffer.from(JSON.stringify(facts)).toString('base64url'),
      },
      body,
    });

  it('in the name of a caller ends with the call', async () => {
    const { worker, answer, id, leave } = await withCall('ending');
    const slow = await HostileWorker.serving(target(), [toolRow('slow')], { key: OTHER_WORKER });
    const nested = worker.socket.ask('work/call', { work: id, name: 'slow' });
    const asked = await slow.asked();
    worker.answer(id, { done: true });
    expect((await answer).result.structuredContent).to.deep.equal({ done: true });
    expect((await slow.told('notifications/cancelled')).requestId).to.equal(asked.id);
    expect((await nested).error.data.name).to.equal('CANCELLED');
    for (const [method, params] of [
      ['work/call', { name: 'slow' }],
      ['work/recall', { key: 'a' }],
      ['work/remember', { key: 'a', value: 1 }],
      ['work/link', { ref: 'asset_1' }],
    ] as const) {
      expect((await worker.socket.ask(method, { work: id, ...params })).error.data.name, method).to.equal('NOT_FOUND');
    }
    expect((await upload(WORKER, `${worker.workKey}.${id}`, { filename: 'a.png' })).status).to.equal(404);
    slow.cut();
    leave();
  });

  it('with a call of another worker comes to nothing: answers, reports, questions, files', async () => {
    const { worker, answer, id, leave } = await withCall('mine');
    const thief = await HostileWorker.serving(target(), [toolRow('thief')], { key: OTHER_WORKER });
    thief.answer(id, { stolen: true });
    thief.socket.send({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: id, progress: 1, stage: 'stolen' },
    });
    const { error } = await thief.socket.ask('work/call', { work: id, name: 'server_info' });
    expect(error.data.name).to.equal('NOT_FOUND');
    const statuses = [
      await upload(OTHER_WORKER, `${worker.workKey}.${id}`, { filename: 'a.png' }),
      await upload(OTHER_WORKER, `${thief.workKey}.${id}`, { filename: 'a.png' }),
      await upload(WORKER, `${thief.workKey}.${id}`, { filename: 'a.png' }),
      await upload(BOB, `${worker.workKey}.${id}`, { filename: 'a.png' }),
    ];
    expect(statuses.map(({ status }) => status)).to.deep.equal([404, 404, 404, 403]);
    worker.answer(id, { mine: true });
    expect((await answer).result.structuredContent).to.deep.equal({ mine: true });
    thief.cut();
    leave();
  });

  it('reads no file or job of anybody but the caller it works for', async () => {
    const { worker, id, leave } = await withCall('reads');
    const mallory = await Caller.open(target(), { key: MALLORY });
    const sleep = { name: 'diagnostics_sleep', arguments: { ms: 600_000 } };
    const { jobId } = (await mallory.ask<JobView>('jobs/submit', sleep)).result;
    const status = { name: 'get_generation_status', arguments: { task_id: jobId } };
    expect((await worker.socket.ask('work/call', { work: id, ...status })).error.data.name).to.equal('NOT_FOUND');
    const music = { mood: 'calm', duration: 3, format: 'wav', wait_for_completion: true };
    const made = await mallory.call<{ asset: Asset }>('generate_music', music);
    const { url, asset_id } = made.result.structuredContent.asset;
    for (const ref of [url, asset_id]) {
      const { error } = await worker.socket.ask('work/link', { work: id, ref });
      expect(error.data.name, ref).to.equal('NOT_FOUND');
    }
    for (const method of ['jobs/get', 'jobs/cancel', 'jobs/retry']) {
      expect((await worker.socket.ask(method, { jobId })).error.data.name, method).to.be.oneOf([
        'NOT_FOUND',
        'FORBIDDEN',
      ]);
    }
    mallory.cut();
    leave();
  });

  it('is a file of the store wherever its name points to', async () => {
    const { worker, answer, id, leave } = await withCall('files');
    const work = `${worker.workKey}.${id}`;
    const names = [
      '../../../../etc/passwd',
      '/etc/passwd',
      'a/../../b.png',
      'CON',
      '.htaccess',
      'a\u0000.png',
      'x\r\nset-cookie: a=b',
    ];
    for (const filename of names) {
      const stored = await upload(WORKER, work, {
        filename,
        name: filename,
        mime: 'image/png',
        extension: '../../x',
        kind: '../y',
      });
      const body = JSON.stringify(await stored.json());
      expect(stored.status, body).to.be.oneOf([201, 400, 422]);
      if (stored.status !== 201) continue;
      const { url } = JSON.parse(body) as { url: string };
      expect(url, filename).to.not.include('..');
    }
    worker.answer(id, {});
    await answer;
    leave();
  });

  it('cannot be told a secret, nor forge a line of the log, by names and errors', async () => {
    const { worker, answer, id, leave } = await withCall('talks');
    worker.refuse(id, { code: -32603, message: `a\n{"level":30,"msg":"forged"}\u001b[2J ${ADMIN} ${WORKER}` });
    const { error } = await answer;
    expect(error.data.name).to.equal('TOOL_FAILED');
    expect(JSON.stringify(error)).to.not.include('forged').and.not.include(ADMIN);
    const { stdout, stderr } = target().running.output();
    for (const line of `${stdout}\n${stderr}`.split('\n')) {
      expect(line.startsWith('{"level":30,"msg":"forged"}'), line).to.equal(false);
      expect(line).to.not.include(ADMIN).and.not.include(WORKER);
    }
    leave();
  });

  it('with its own frames ends its own calls and nothing else: too large, too deep, unreadable', async () => {
    const deep = (id: string): string =>
      `{"jsonrpc":"2.0","id":"${id}","result":{"structuredContent":${'['.repeat(500)}${']'.repeat(500)}}}`;
    const large = (id: string): string =>
      `{"jsonrpc":"2.0","id":"${id}","result":{"structuredContent":{"a":"${'x'.repeat(3_000_000)}"}}}`;
    for (const [name, frame] of [
      ['deep', deep],
      ['large', large],
    ] as const) {
      const { worker, answer, id, leave } = await withCall(name);
      worker.socket.send(frame(id));
      expect((await answer).error.data.name, name).to.equal('UPSTREAM_ERROR');
      leave();
    }
    expect((await bystander().ask('ping')).result).to.deep.equal({});
  });
});
