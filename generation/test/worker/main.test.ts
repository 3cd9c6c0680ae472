import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tool } from '@callsheet/protocol';
import {
  AuthError,
  ConnectionError,
  type ProvideOptions,
  type Provider,
  type ProviderEvents,
} from '@callsheet/sdk-node';
import { expect } from 'chai';
import type { GenerationOptions } from '../../src/index.ts';
import { main, type Parts } from '../../src/worker/main.ts';
import type { Terminal } from '../../src/worker/terminal.ts';

const URL = 'ws://gateway/rpc';
const TOOLS = ['create_video', 'list_voices'].map((name) => ({ name }) as Tool);

/** Everything around the command, and what it did with it. */
class Stage {
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly steps: string[] = [];
  options: ProvideOptions = { tools: [] };
  generationOptions: GenerationOptions = {};
  /** Stands in the place of a gateway that answers. */
  provide: Parts['provide'] = async () => this.provider;
  time = 1_000;
  drainTakesMs = 10;
  stop: () => void = () => undefined;
  readonly listeners = new Map<string, (event: never) => void>();

  readonly provider: Provider = {
    inFlight: 0,
    address: undefined,
    gateways: [
      { url: URL, state: 'registered', workerId: 'wrk_1', epoch: 1 },
      { url: 'ws://other/rpc', state: 'connecting', workerId: undefined, epoch: undefined },
    ],
    on: (event, listener) => {
      this.listeners.set(event, listener);
      return () => undefined;
    },
    drain: async () => {
      this.steps.push('drain');
      this.time += this.drainTakesMs;
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };

  run(args: readonly string[], env: Record<string, string> = { CALLSHEET_API_KEY: 'k' }): Promise<number> {
    const terminal: Terminal = {
      ...{ args, env, cores: 4 },
      stdout: { write: (text) => this.out.push(text) },
      stderr: { write: (text) => this.err.push(text) },
      onStop: (callback) => {
        this.stop = callback;
      },
    };
    return main(terminal, {
      generation: (options) => {
        this.generationOptions = options;
        const close = async (): Promise<void> => void this.steps.push('close');
        return { tools: TOOLS, warm: async () => void this.steps.push('warm'), close };
      },
      provide: (options, platform) => {
        this.steps.push('provide');
        this.options = options;
        return this.provide(options, platform);
      },
      now: () => this.time,
    });
  }

  emit<E extends keyof ProviderEvents>(event: E, what: ProviderEvents[E]): void {
    this.listeners.get(event)?.(what as never);
  }

  /** Runs until a gateway has it, stops it, and answers how it ended. */
  async stopped(args: readonly string[], env?: Record<string, string>): Promise<number> {
    const ended = this.run(args, env);
    while (!this.listeners.has('registered')) await new Promise(setImmediate);
    this.stop();
    return ended;
  }
}

describe('the worker command', () => {
  let stage: Stage;
  let folder: string;
  beforeEach(async () => {
    stage = new Stage();
    folder = await mkdtemp(join(tmpdir(), 'callsheet-worker-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('warms its tools, offers them, says who took them, drains at a stop and leaves nothing open', async () => {
    expect(await stage.stopped([])).to.equal(0);
    expect(stage.steps).to.deep.equal(['warm', 'provide', 'drain', 'close']);
    expect(stage.out).to.deep.equal([`callsheet-worker is registered at ${URL} as wrk_1 (2 tools, 2 at once)\n`]);
    expect(stage.options).to.include({ slots: 2, version: '0.1.0', signals: false });
    expect(stage.options.tools).to.deep.equal(TOOLS);
    expect(stage.generationOptions).to.include({ threads: 3, diagnostics: false });
  });

  it('says so again when a gateway takes it in later', async () => {
    const ended = stage.run([]);
    while (!stage.listeners.has('registered')) await new Promise(setImmediate);
    stage.emit('registered', { url: 'ws://other/rpc', workerId: 'wrk_2', epoch: 2 });
    stage.stop();
    await ended;
    expect(stage.out.at(-1)).to.equal(
      'callsheet-worker is registered at ws://other/rpc as wrk_2 (2 tools, 2 at once)\n',
    );
  });

  it('tells the gateway what the command line tells it', async () => {
    const line = `--gateway ${URL} --gateway ws://b --key k --name gpu --slots 1 --tags a,b --zone eu --weight 2 --deny list_*`;
    await stage.stopped(line.split(' '));
    expect(stage.options).to.deep.include({
      url: [URL, 'ws://b'],
      auth: { type: 'apiKey', apiKey: 'k' },
      ...{ name: 'gpu', slots: 1, tags: ['a', 'b'], zone: 'eu', weight: 2 },
      tools: TOOLS.slice(0, 1),
    });
    expect(stage.out[0]).to.include('(1 tool, 1 at once)');
  });

  it('reads its key from a file, again at every dial', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'first\n');
    await stage.stopped(['--key-file', file]);
    const { auth } = stage.options;
    if (auth?.type !== 'apiKey' || typeof auth.apiKey !== 'function') throw new Error('it is no function');
    expect(await auth.apiKey()).to.equal('first');
    await writeFile(file, 'second\n');
    expect(await auth.apiKey()).to.equal('second');
  });

  it('listens with a token and a certificate instead of dialling', async () => {
    const [token, cert, key] = ['token', 'cert', 'key'].map((name) => join(folder, name)) as [string, string, string];
    await Promise.all([writeFile(token, 'secret\n'), writeFile(cert, 'CERT'), writeFile(key, 'KEY')]);
    const tls = ['--tls-cert', cert, '--tls-key', key];
    Object.assign(stage.provider, { address: { host: '::1', port: 9090 }, gateways: [] });
    await stage.stopped(['--listen', '[::1]:9090', '--token-file', token, ...tls]);
    const listen = { host: '::1', port: 9090, token: 'secret', tls: { cert: 'CERT', key: 'KEY' } };
    expect(stage.options).to.deep.include({ listen }).and.not.have.property('url');
    expect(stage.out).to.deep.equal(['callsheet-worker listens on ::1:9090 (2 tools, 2 at once)\n']);
  });

  it('takes the token from the environment rather than from words others can see', async () => {
    await stage.stopped(['--listen', '[::1]:9090'], { CALLSHEET_WORKER_TOKEN: 'secret' });
    expect(stage.options.listen).to.deep.equal({ host: '::1', port: 9090, token: 'secret' });
  });

  it('ends with 3 and the reason when no gateway takes it in', async () => {
    stage.provide = async () => {
      throw new AuthError('FORBIDDEN', 'Cannot offer "create_video": the role "user" may not');
    };
    expect(await stage.run([])).to.equal(3);
    expect(stage.err.at(-1)).to.equal('callsheet-worker: Cannot offer "create_video": the role "user" may not\n');
    expect(stage.steps).to.deep.equal(['warm', 'provide', 'close']);
  });

  it('ends with 0 when it is stopped before a gateway took it in', async () => {
    stage.provide = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new ConnectionError('CLOSED', 'closed')));
        stage.stop();
      });
    expect(await stage.run([])).to.equal(0);
    expect(stage.err.join('')).to.equal('');
  });

  it('does not begin when it is stopped while it warms', async () => {
    const ended = stage.run([]);
    stage.stop();
    expect(await ended).to.equal(0);
    expect(stage.steps).to.not.include('provide');
  });

  it('ends with 1 when it had to give work up', async () => {
    stage.drainTakesMs = 20_000;
    expect(await stage.stopped([])).to.equal(1);
  });

  it('ends with 1 when it cannot listen', async () => {
    stage.provide = async () => {
      throw new ConnectionError('CONNECT_FAILED', 'Cannot listen on 127.0.0.1:1: EACCES');
    };
    expect(await stage.run(['--listen', '127.0.0.1:1', '--token', 't'])).to.equal(1);
  });

  for (const [says, args, env] of [
    ['Unknown option', ['--nope'], {}],
    ['no such file', ['--key-file', '/nowhere/key'], {}],
    ['without a token', ['--listen', '127.0.0.1:0'], {}],
    ['without a key: set CALLSHEET_API_KEY', ['--gateway', 'ws://127.0.0.1:1/rpc'], {}],
    ['both --tls-cert and --tls-key', ['--listen', '127.0.0.1:0', '--tls-key', 'x'], {}],
    ['no tool here has such a name', ['--tools', 'make_coffee'], {}],
    ['CALLSHEET_OLLAMA_DETECT', [], { CALLSHEET_OLLAMA_DETECT: 'perhaps' }],
    ['log at level "loud"', [], { CALLSHEET_LOG_LEVEL: 'loud' }],
  ] as const) {
    it(`ends with 2 and says where help is: ${says}`, async () => {
      expect(await stage.run(args, env)).to.equal(2);
      expect(stage.err.join(''))
        .to.include(says)
        .and.match(/\nSee callsheet-worker --help\n$/);
      expect(stage.steps).to.not.include('provide');
    });
  }

  it('ends with 2 for an option that provide refuses, and for one the tools refuse', async () => {
    stage.provide = async () => {
      throw new TypeError('Cannot provide tools: option "name": …');
    };
    expect(await stage.run([])).to.equal(2);
    const { generationOptions } = stage;
    expect(generationOptions).to.have.property('threads');
    const terminal = { args: [], env: {}, cores: 4, onStop: () => undefined };
    const silent = { write: () => true };
    const parts: Parts = {
      generation: () => {
        throw new TypeError('Cannot set up generation');
      },
      provide: stage.provide,
      now: () => 0,
    };
    expect(await main({ ...terminal, stdout: silent, stderr: silent }, parts)).to.equal(2);
  });

  it('tells its help and its version', async () => {
    expect(await stage.run(['--help'])).to.equal(0);
    expect(await stage.run(['--version'])).to.equal(0);
    expect(stage.out[0]).to.include('--gateway URL');
    expect(stage.out[1]).to.equal('0.1.0\n');
    expect(stage.steps).to.deep.equal([]);
  });
});
