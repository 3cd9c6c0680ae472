import { expect } from 'chai';
import { useBystander } from './bystander.ts';
import { type Answer, Caller } from './caller.ts';
import { ADMIN, memoryAddedBy, useTarget } from './target.ts';

const MIB = 1_048_576;
const nested = (depth: number, inside = ''): string => `${'['.repeat(depth)}${inside}${']'.repeat(depth)}`;
const members = (count: number): string => Array.from({ length: count }, (_, index) => `"a${index}":0`).join(',');
const request = (more: string): string => `{"jsonrpc":"2.0","id":7,"method":"ping"${more}}`;
const upTo = (text: string, length: number): string => text.slice(0, length);

/** Junk → the code of the one answer to it. */
const JUNK: Readonly<Record<string, readonly [text: string, code: number]>> = {
  'an empty text': ['', -32700],
  'half a text': ['{"jsonrpc":"2.0","id":1,"meth', -32700],
  'not JSON': ['hello', -32700],
  'a byte order mark': ['\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', -32700],
  null: ['null', -32600],
  'a number': ['1e400', -32600],
  'a text as a message': ['"ping"', -32600],
  'an empty batch': ['[]', -32600],
  'params of text': [request(',"params":"x"'), -32600],
  'another version': ['{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
  'an id that is an object': ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
  'an id that is no number': ['{"jsonrpc":"2.0","id":1e999,"method":"ping"}', -32600],
  'an id beyond whole numbers': ['{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', -32600],
  'an id nested 9,000 deep': [`{"jsonrpc":"2.0","id":${nested(9_000)},"method":"ping"}`, -32600],
  'params nested 65 deep': [request(`,"params":${nested(65)}`), -32600],
  'a message nested 500,000 deep': [nested(500_000), -32600],
  'a message that opens 1,000,000 arrays': ['['.repeat(1_000_000), -32600],
  'a message of objects 150,000 deep': [`${'{"a":'.repeat(150_000)}0${'}'.repeat(150_000)}`, -32600],
  '60,000 members': [request(`,"params":{${members(60_000)}}`), -32600],
  'a list of 60,000': [request(`,"params":[${'0,'.repeat(59_999)}0]`), -32600],
  'an id of 200 KiB': [`{"jsonrpc":"2.0","id":"${'x'.repeat(204_800)}","method":"ping"}`, -32600],
  'a method of 200 KiB': [`{"jsonrpc":"2.0","id":7,"method":"${'x'.repeat(204_800)}"}`, -32600],
  'a batch of 10,000': [`[${'1,'.repeat(9_999)}1]`, -32600],
  'a batch of 51 good messages': [`[${Array.from({ length: 51 }, () => request('')).join(',')}]`, -32600],
  'a message above 1 MiB': [`"${'x'.repeat(MIB)}"`, 4130],
};

describe('attacks by messages', () => {
  const target = useTarget();
  useBystander(target);
  const intruder = (): Promise<Caller> => Caller.open(target(), { key: ADMIN });

  for (const [name, [text, code]] of Object.entries(JUNK)) {
    it(`gives one answer to ${name}, and goes on`, async () => {
      const caller = await intruder();
      caller.send(text);
      const { error } = await caller.stray();
      expect(error.code).to.equal(code);
      expect((await caller.ask('ping')).result).to.deep.equal({});
      expect(caller.frames).to.have.length(2);
      caller.cut();
    });
  }

  it('never gives an answer longer than the junk, once that is more than a few words', async () => {
    for (const [name, [text]] of Object.entries(JUNK)) {
      const caller = await intruder();
      caller.send(text);
      await caller.stray();
      expect(caller.frames[0]?.length, name).to.be.below(Math.max(text.length, 256));
      caller.cut();
    }
  });

  it('repeats nothing of the junk in its answer', async () => {
    const mark = 'SENTINEL-of-the-attacker';
    for (const text of [
      `${mark}`,
      `"${mark}"`,
      `{"jsonrpc":"${mark}","id":1}`,
      `{"jsonrpc":"2.0","id":["${mark}"],"method":"ping"}`,
      `{"jsonrpc":"2.0","id":"${mark.repeat(20)}","method":"ping"}`,
      `{"jsonrpc":"2.0","id":1,"method":"${mark.repeat(20)}"}`,
      `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":"${mark}"}}`,
    ]) {
      const caller = await intruder();
      caller.send(text);
      await caller.stray();
      expect(caller.frames[0], text).to.not.contain(mark);
      caller.cut();
    }
  });

  it('answers a junk batch within a fixed bound, however long it is', async () => {
    for (const filler of ['', 'x'.repeat(20_000)]) {
      const caller = await intruder();
      caller.send(`[${Array.from({ length: 50 }, () => JSON.stringify(`junk${filler}`)).join(',')}]`);
      await caller.stray();
      const answers = JSON.parse(caller.frames[0] ?? '') as Answer[];
      expect(new Set(answers.map(({ id, error }) => `${id} ${error.code}`))).to.deep.equal(new Set(['null -32600']));
      expect(caller.frames[0]?.length).to.be.below(50 * 256);
      caller.cut();
    }
  });

  it('answers a small batch of large answers with 4 MiB at most, and every member of it', async () => {
    const caller = await intruder();
    const params = { name: 'diagnostics_blob', arguments: { bytes: 524_288 } };
    caller.send(Array.from({ length: 50 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params })));
    await caller.stray();
    const [frame = ''] = caller.frames;
    expect(frame.length).to.be.below(4 * MIB + 50 * 512);
    const answers = JSON.parse(frame) as Answer[];
    expect(new Set(answers.map(({ id }) => id)).size).to.equal(50);
    const refused = answers.filter(({ error }) => error !== undefined);
    expect(refused).to.have.length.within(42, 43);
    for (const { error } of refused) expect(error.data).to.include({ name: 'OVERLOADED', maybeExecuted: true });
    caller.cut();
  });

  it('keeps the neighbours of junk in a frame: a good one is answered, a running one goes on', async () => {
    const caller = await intruder();
    const running = caller.call('diagnostics_sleep', { ms: 50 });
    const neighbour = caller.answerTo('good');
    caller.send('[1,{"jsonrpc":"2.0","id":"good","method":"ping"},{"jsonrpc":"2.0","id":{}}]');
    caller.send('{');
    expect((await neighbour).result).to.deep.equal({});
    expect((await running).result.structuredContent.slept_ms).to.be.a('number');
    caller.cut();
  });

  it('keeps the neighbours of what cannot be read in a coalesced frame, and answers it under its own id', async () => {
    const caller = await intruder();
    await caller.ask('session/open', { capabilities: { coalesce: true } });
    for (const [what, params] of Object.entries({
      'too deep': `{"a":${nested(300_000)}}`,
      'without end': `{${members(60_000)}}`,
      'aimed at prototypes': '{"__proto__":{"admin":true}}',
      'of brackets that do not match': `{"a":${'[{"b":'.repeat(70)}${'}]'.repeat(70)}}`,
    })) {
      const answers = [caller.answerTo(`before ${what}`), caller.answerTo(what), caller.answerTo(`after ${what}`)];
      const ping = (id: string): string => `{"jsonrpc":"2.0","id":"${id}","method":"ping"}`;
      caller.send(
        `[${ping(`before ${what}`)},{"params":${params},"id":"${what}","method":"ping","jsonrpc":"2.0"},${ping(`after ${what}`)}]`,
      );
      const [before, culprit, after] = await Promise.all(answers);
      expect([before?.result, culprit?.error.code, after?.result], what).to.deep.equal([{}, -32600, {}]);
    }
    caller.cut();
  });

  it('gives one answer to a coalesced frame that is none, and goes on', async () => {
    const caller = await intruder();
    await caller.ask('session/open', { capabilities: { coalesce: true } });
    for (const [text, code] of [
      ['['.repeat(1_000_000), -32700],
      [`[${nested(400_000)}`, -32700],
      [`[{"jsonrpc":"2.0","id":1,"method":"ping"},${nested(70)}`, -32700],
      [`[${'1,'.repeat(400_000)}1]`, -32600],
      [nested(500_000), -32600],
    ] as const) {
      caller.send(text);
      const { id, error } = await caller.stray();
      expect([id, error.code]).to.deep.equal([null, code]);
      expect((await caller.ask('ping')).result).to.deep.equal({});
    }
    caller.cut();
  });

  it('closes with 1008 after a hundred unreadable messages, with 4400 at the first of a stranger', async () => {
    const caller = await intruder();
    for (let sent = 0; sent < 100; sent += 1) caller.send('{');
    expect((await caller.closed).code).to.equal(1008);
    expect(caller.frames).to.have.length(100);
    const stranger = await Caller.open(target(), {});
    stranger.send('{');
    expect((await stranger.closed).code).to.equal(4400);
  });

  it('lets a stranger say 16 KiB and no more before the session is open', async () => {
    const stranger = await Caller.open(target(), {});
    stranger.send(request(`,"params":{"_meta":{"traceparent":"${'x'.repeat(16_384)}"}}`));
    expect((await stranger.stray()).error.code).to.equal(4130);
    expect((await stranger.closed).code).to.equal(4400);
  });

  it('gets nothing done for a stranger, whatever is called', async () => {
    for (const method of ['tools/list', 'tools/call', 'jobs/list', 'server/health', 'session/refresh', 'nothing']) {
      const stranger = await Caller.open(target(), {});
      expect((await stranger.ask(method, { name: 'get_current_time' })).error.code, method).to.equal(4010);
      expect((await stranger.closed).code, method).to.equal(4400);
    }
  });

  it('closes with 1009 for 5,000,000 levels, and holds less than 32 MB for them', async () => {
    const caller = await intruder();
    const added = await memoryAddedBy(target(), async () => {
      caller.send(nested(2_500_000));
      expect((await caller.closed).code).to.equal(1009);
    });
    expect(added).to.be.below(32);
  });

  it('says of every refusal a request id and nothing of its inside', async () => {
    const caller = await intruder();
    caller.send(upTo(request(',"params":{"nested":{"x":1}}'), 5_000));
    const answer = await caller.answerTo(7);
    expect(answer.error.data).to.include({ name: 'INVALID_PARAMS' });
    expect(answer.error.data.requestId).to.match(/^req_/);
    expect(JSON.stringify(answer)).to.not.match(/\/src\/|node_modules|\.ts\b|stack|at Object/);
    caller.cut();
  });
});

describe('attacks by nesting where larger messages are allowed', () => {
  const target = useTarget({ limits: { max_payload_bytes: 16 * MIB } });
  useBystander(target);

  it('refuses 5,000,000 levels as one message', async () => {
    const caller = await Caller.open(target(), { key: ADMIN });
    for (const text of [nested(5_000_000), `{"jsonrpc":"2.0","id":${nested(5_000_000)},"method":"ping"}`]) {
      caller.send(text);
      expect((await caller.stray()).error.code).to.equal(-32600);
    }
    expect((await caller.ask('ping')).result).to.deep.equal({});
    caller.cut();
  });
});
