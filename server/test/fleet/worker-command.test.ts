import { fileURLToPath } from 'node:url';
import type { Asset } from '@callsheet/protocol';
import { expect } from 'chai';
import { program } from '../gateway/running.ts';
import type { Fleet } from './fleet.ts';
import { useFleet } from './use-fleet.ts';

const BIN = fileURLToPath(new URL('../../../generation/src/worker/bin.ts', import.meta.url));
const QUIET = { CALLSHEET_OLLAMA_DETECT: 'false' };

describe('callsheet-worker', () => {
  const open = useFleet();
  const start = (fleet: Fleet, args: readonly string[], env = {}) => fleet.program(BIN, args, { ...QUIET, ...env });

  it('offers the tools of its machine, its files end up at the gateway, and it drains at SIGTERM', async () => {
    const fleet = await open();
    const worker = start(fleet, ['--name', 'studio', '--tools', 'synthesize_voice,list_*', '--tags', 'gpu']);
    const [, where] = await worker.says(/is registered at (\S+) as \S+ \(2 tools, /);
    expect(where).to.equal(fleet.url);
    const client = await fleet.client();
    const names = (await client.catalog()).map(({ name }) => name);
    expect(names).to.include.members(['synthesize_voice', 'list_voices']).and.not.include('create_video');
    const { voices } = (await client.call('list_voices', {})) as { voices: { voice: string; offline: boolean }[] };
    const voice_name = voices.find(({ offline, voice }) => offline && voice !== 'none')?.voice ?? '';
    const job = await client.submit('synthesize_voice', { text: 'Made in another room.', voice_name });
    const { asset } = (await job.result()) as { asset: Asset };
    const response = await fetch(asset.url);
    expect(response.status).to.equal(200);
    expect((await response.arrayBuffer()).byteLength)
      .to.equal(asset.bytes)
      .and.be.greaterThan(10_000);
    worker.child.kill('SIGTERM');
    expect(await worker.exit).to.equal(0);
    const { workers } = await client.request<{ workers: { name: string; state: string }[] }>('services/list');
    expect(workers.filter(({ name, state }) => name === 'studio' && state === 'ready')).to.deep.equal([]);
  });

  it('may listen instead, for a gateway that dials it', async () => {
    const token = 'a-token-for-gateways-that-dial';
    const worker = program(BIN, ['--listen', '127.0.0.1:0', '--tools', 'list_voices'], {
      ...QUIET,
      CALLSHEET_WORKER_TOKEN: token,
    });
    try {
      const [, address] = await worker.says(/listens on (\S+)/);
      const fleet = await open(`[workers.dial.studio]\nurl = "ws://${address}/worker"\ntoken = "${token}"`);
      await worker.says(/is registered at/);
      expect(await (await fleet.client()).call('list_voices', {})).to.have.property('voices');
    } finally {
      worker.child.kill('SIGTERM');
    }
    expect(await worker.exit).to.equal(0);
  });

  it('says why it is refused, and ends with 3', async () => {
    const fleet = await open();
    const worker = start(fleet, ['--tools', 'list_voices'], { CALLSHEET_API_KEY: 'a-key-that-nobody-has-made' });
    expect(await worker.exit).to.equal(3);
    expect(worker.output().stderr).to.match(/^callsheet-worker: .+/m);
    expect(worker.output().stdout).to.equal('');
  });
});
