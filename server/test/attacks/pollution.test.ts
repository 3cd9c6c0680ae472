import type { JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { Caller } from './caller.ts';
import { ADMIN, useTarget } from './target.ts';

/** Names that every object of JavaScript seems to have. */
const INHERITED = [
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];
const POISON =
  '{"polluted":true,"method":"ping","id":"polluted","jsonrpc":"2.0","params":{},"name":"get_current_time"}';
const call = (args: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"diagnostics_echo","arguments":${args}}}`;

describe('attacks by inherited names', () => {
  const target = useTarget();
  useBystander(target);
  let caller: Caller;
  before(async () => {
    caller = await Caller.open(target(), { key: ADMIN });
  });
  after(() => caller.cut());

  it('knows no method by an inherited name', async () => {
    for (const name of INHERITED) expect((await caller.ask(name)).error.code, name).to.equal(-32601);
  });

  it('knows no tool by an inherited name', async () => {
    for (const name of INHERITED) {
      for (const method of ['tools/call', 'jobs/submit']) {
        expect((await caller.ask(method, { name, arguments: {} })).error.code, `${method} ${name}`).to.equal(4041);
      }
    }
  });

  it('knows no job, no topic and no subscription by an inherited name', async () => {
    for (const name of INHERITED) {
      for (const method of ['jobs/get', 'jobs/cancel', 'jobs/retry']) {
        expect((await caller.ask(method, { jobId: name })).error.code, `${method} ${name}`).to.equal(4040);
      }
      const status = await caller.call('get_generation_status', { task_id: name });
      expect(status.error.code, `status of ${name}`).to.be.oneOf([4040, -32602]);
      expect((await caller.ask('events/subscribe', { topic: `jobs/${name}` })).error.code, name).to.equal(4040);
      expect((await caller.ask('events/unsubscribe', { subscription: name })).error.code, name).to.equal(4040);
    }
  });

  it('answers a request whose id is an inherited name, and cancels nothing by it', async () => {
    for (const id of INHERITED) {
      const answer = caller.answerTo(id);
      caller.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
      caller.send({ jsonrpc: '2.0', id, method: 'ping' });
      expect((await answer).result, id).to.deep.equal({});
    }
  });

  it('does not take an inherited name for one that is required', async () => {
    expect((await caller.ask('tools/call', { arguments: {} })).error.code).to.equal(-32602);
    expect((await caller.ask('jobs/get', {})).error.code).to.equal(-32602);
    expect((await caller.call('diagnostics_sleep', {})).error.code).to.equal(-32602);
  });

  it('takes no inherited name as a parameter or an argument', async () => {
    for (const name of INHERITED.filter((one) => one !== '__proto__')) {
      expect((await caller.ask('ping', { [name]: {} })).error.code, name).to.equal(-32602);
      expect((await caller.call('diagnostics_echo', { [name]: {} })).error.code, name).to.equal(-32602);
      expect((await caller.call('get_current_time', { [name]: 'UTC' })).error.code, name).to.equal(-32602);
    }
  });

  it('refuses a member named "__proto__" wherever it stands and however it is spelt', async () => {
    for (const name of ['__proto__', '\\u005f_proto__', '__\\u0070roto__', '\\u005f\\u005fproto\\u005f\\u005f']) {
      for (const text of [
        `{"jsonrpc":"2.0","id":1,"method":"ping","${name}":${POISON}}`,
        `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"${name}":${POISON}}}`,
        `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"${name}":${POISON}}}}`,
        call(`{"${name}":${POISON}}`),
        call(`{"value":{"a":[{"${name}":${POISON}}]}}`),
        `{"${name}":${POISON}}`,
      ]) {
        const heard = text.startsWith('{"jsonrpc"') ? caller.answerTo(1) : caller.stray();
        caller.send(text);
        expect((await heard).error.code, text).to.equal(-32600);
      }
    }
  });

  it('gives back a harmless look-alike as it came', async () => {
    const value = { constructor: { prototype: { polluted: true } }, toString: 1, __proto: 2 };
    expect((await caller.call('diagnostics_echo', { value })).result.structuredContent).to.deep.equal({ value });
  });

  it('left nothing behind that later messages inherit', async () => {
    caller.send('{"jsonrpc":"2.0","id":"no method"}');
    expect((await caller.stray()).error.code).to.equal(-32600);
    caller.send('{"id":"no version","method":"ping"}');
    expect((await caller.stray()).error.code).to.equal(-32600);
    expect((await caller.ask('tools/call', {})).error.code, 'a name from nowhere').to.equal(-32602);
    const { result } = await caller.call<JsonObject>('diagnostics_echo', {});
    expect(result.structuredContent).to.deep.equal({});
    // A notification has no id to inherit either: the next thing to be heard is the answer to the ping after it.
    const before = caller.frames.length;
    caller.send('{"jsonrpc":"2.0","method":"ping"}');
    await caller.ask('ping');
    expect(caller.frames.length - before).to.equal(1);
    const health = await (await fetch(`${target().httpUrl}/health`)).json();
    expect(health).to.not.have.property('polluted');
  });

  it('takes no inherited name for a project, a subject, a cursor or a role', async () => {
    for (const name of INHERITED) {
      expect((await caller.ask('tools/list', { cursor: name })).error.code, name).to.equal(-32602);
      const listed = await caller.ask<{ tools: unknown[] }>('tools/list', { category: name });
      expect(listed.result.tools, name).to.deep.equal([]);
      const jobs = await caller.ask<{ jobs: unknown[] }>('jobs/list', { project: name });
      expect(jobs.result.jobs, name).to.deep.equal([]);
    }
  });
});
