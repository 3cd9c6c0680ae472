import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Command, command } from '../../server/test/gateway/running.ts';
import { connect, type NodeClient } from '../src/index.ts';

type Tools = { diagnostics_echo: { input: { value: unknown }; output: { value: unknown } } };

const zeros = (count: number): number[] => Array<number>(count).fill(0);
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

/** What a gateway does not read, though this client sends it → why. */
const UNREADABLE: Readonly<Record<string, readonly [value: unknown, why: RegExp]>> = {
  'of 11,000 items': [zeros(11_000), /more than 10000 members/],
  '70 deep': [nested(70), /deeper than 64 levels/],
  'with a member __proto__': [JSON.parse('{"__proto__":{"admin":true}}'), /a member named "__proto__"/],
};

describe('calls of one turn, to a gateway of its own process', () => {
  let folder: string;
  let gateway: Command;
  let client: NodeClient<Tools>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'callsheet-coalesced-'));
    gateway = command(['start', '--port', '0', '--data-dir', join(folder, 'data')], {
      CALLSHEET_LOG_LEVEL: 'silent',
      CALLSHEET_TOOLS_DIAGNOSTICS: 'true',
    });
    const [, url = ''] = await gateway.says(/WebSocket {2}(ws:\S+)/);
    const [, apiKey = ''] = await gateway.says(/(csk_live_\S+)\n/);
    client = await connect<Tools>({ url, auth: { type: 'apiKey', apiKey } });
  });
  after(async () => {
    await client.close();
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    await rm(folder, { recursive: true });
  });

  const echo = (value: unknown) => client.call('diagnostics_echo', { value });

  it('are answered, both, when each is legal alone and the two together exceed the bound of one', async () => {
    const answers = await Promise.all([echo(zeros(6_000)), echo(zeros(6_000))]);
    expect(answers.map(({ value }) => (value as number[]).length)).to.deep.equal([6_000, 6_000]);
  });

  for (const [what, [value, why]] of Object.entries(UNREADABLE)) {
    it(`are answered beside one ${what}, which fails by itself and at once`, async () => {
      const failures: Error[] = [];
      const stop = client.on('error', (error) => failures.push(error));
      const [before, culprit, after] = await Promise.allSettled([echo('before'), echo(value), echo('after')]);
      stop();
      expect(before).to.deep.equal({ status: 'fulfilled', value: { value: 'before' } });
      expect(after).to.deep.equal({ status: 'fulfilled', value: { value: 'after' } });
      expect(culprit).to.have.nested.property('reason.code', 'PROTOCOL');
      expect(culprit).to.have.nested.property('reason.message').that.matches(why);
      expect(failures).to.deep.equal([]);
      expect(client.state).to.equal('ready');
    });
  }
});
