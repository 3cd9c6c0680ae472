import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CallError, type Json, type JsonObject, type ProgressReport, type ToolContext } from '@callsheet/protocol';
import { expect } from 'chai';
import { rejection } from '../../../sdk-core/test/conversation.ts';
import type { Provider } from '../../src/index.ts';
import { provideOn, type Stage, settle, stage } from './fake-house.ts';

type Body = (ctx: ToolContext) => unknown;

describe('what a tool may touch', () => {
  let on: Stage;
  let provider: Provider;
  let body: Body;
  const job = { job: { id: 'job_1', attempt: 2 } };

  beforeEach(async () => {
    on = stage();
    provider = await provideOn(on, { tools: { go: { description: 'x', run: (_args, ctx) => body(ctx) } } });
  });
  afterEach(async () => {
    const closed = provider.close();
    await on.clock.advance(0);
    await closed;
    expect(on.clock.pending, 'timers left').to.equal(0);
  });

  /** Runs a tool and answers the id of its call. */
  const run = async (what: Body, meta: JsonObject = {}): Promise<string> => {
    body = what;
    const id = on.house.call('go', {}, meta);
    await settle();
    return id;
  };

  const result = (id: string): Json | undefined => (on.house.answer(id).result as JsonObject).structuredContent;
  const asked = (method: string): JsonObject[] => on.house.line.requests(method).map(({ params }) => params);
  const answers = (method: string, answer: (params: JsonObject) => Json): void => {
    on.house.gateway.handlers[method] = (params) => answer(params);
  };

  describe('progress', () => {
    it('travels under the id of the call', async () => {
      const id = await run(({ progress }) => {
        progress({ stage: 'render', fraction: 0.5, stageFraction: 0.25, message: 'half' });
      });
      expect(on.house.progress(id)).to.deep.equal([
        { progressToken: id, progress: 0.5, total: 1, stage: 'render', stageProgress: 0.25, message: 'half' },
      ]);
    });

    it('is thinned to four a second and every change of stage; the newest is never lost', async () => {
      let report: ToolContext['progress'] = () => undefined;
      let end: () => void = () => undefined;
      const id = await run((ctx) => {
        report = ctx.progress;
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      for (let at = 1; at <= 100; at++) {
        report({ stage: at <= 50 ? 'a' : 'b', fraction: at / 1_000 });
        await on.clock.advance(10);
      }
      report({ stage: 'b', fraction: 0.9 });
      end();
      await settle();
      const told = on.house.progress(id);
      expect(told.map(({ stage }) => stage)).to.deep.equal(['a', 'a', 'a', 'b', 'b', 'b', 'b']);
      expect(told.at(-1)).to.include({ progress: 0.9 });
    });

    it('never falls and stays within 0 and 1', async () => {
      const fractions = [0.5, 0.2, Number.NaN, -3, 7, 0.1];
      const id = await run(({ progress }) => {
        for (const [at, fraction] of fractions.entries()) progress({ stage: `s${at}`, fraction });
      });
      expect(on.house.progress(id).map(({ progress }) => progress)).to.deep.equal([0.5, 0.5, 0.5, 0.5, 1, 1]);
    });

    it('counts a stage from its own beginning', async () => {
      const id = await run(({ progress }) => {
        progress({ stage: 'a', fraction: 0.1, stageFraction: 0.9 });
        progress({ stage: 'b', fraction: 0.2, stageFraction: 0.1 });
        progress({ stage: 'c', fraction: 0.3 });
      });
      expect(on.house.progress(id).map(({ stageProgress }) => stageProgress)).to.deep.equal([0.9, 0.1, undefined]);
    });

    it('is refused where it is said in any other way', async () => {
      for (const wrong of [0.5, undefined, { stage: '', fraction: 0 }, { stage: 'a' }, { stage: 'a', percent: 50 }]) {
        let thrown: unknown;
        const id = await run(({ progress }) => {
          try {
            progress(wrong as ProgressReport);
          } catch (error) {
            thrown = error;
          }
        });
        expect(thrown).to.be.instanceOf(TypeError);
        expect((thrown as TypeError).message).to.match(/^Cannot report progress: .*; say progress\(\{ stage: /);
        expect(on.house.progress(id)).to.deep.equal([]);
      }
    });

    it('of a flood of stage names is thinned like everything else', async () => {
      const id = await run(({ progress }) => {
        for (let at = 0; at < 5_000; at++) progress({ stage: `s${at}`, fraction: 0 });
      });
      expect(on.house.progress(id)).to.have.length(202);
      expect(on.house.progress(id).at(-1)).to.include({ stage: 's4999' });
    });

    it('after the end means nothing', async () => {
      let report: ToolContext['progress'] = () => undefined;
      const id = await run((ctx) => {
        report = ctx.progress;
      });
      report({ stage: 'late', fraction: 1 });
      await on.clock.advance(1_000);
      expect(on.house.progress(id)).to.deep.equal([]);
    });
  });

  describe('memo', () => {
    it('asks the gateway first, and produces what nobody remembers', async () => {
      answers('work/recall', ({ key }) => (key === 'known' ? { found: true, value: 1 } : { found: false }));
      answers('work/remember', ({ value }) => ({ value: value ?? null }));
      const id = await run(
        async ({ memo }) => [await memo('known', async () => 0), await memo('new', async () => 2)],
        job,
      );
      expect(result(id)).to.deep.equal([1, 2]);
      expect(asked('work/recall')).to.deep.equal([
        { work: id, key: 'known' },
        { work: id, key: 'new' },
      ]);
      expect(asked('work/remember')).to.deep.equal([{ work: id, key: 'new', value: 2 }]);
    });

    it('produces a key once when two stages ask for it at the same time', async () => {
      answers('work/recall', () => ({ found: false }));
      answers('work/remember', () => ({}));
      let produced = 0;
      const produce = async (): Promise<number> => ++produced;
      const id = await run(({ memo }) => Promise.all([memo('k', produce), memo('k', produce)]), job);
      expect(result(id)).to.deep.equal([1, 1]);
      expect(asked('work/remember')).to.have.length(1);
    });

    it('produces again what failed', async () => {
      answers('work/recall', () => ({ found: false }));
      answers('work/remember', () => ({}));
      let produced = 0;
      const id = await run(async ({ memo }) => {
        const failing = memo('k', () => Promise.reject(new Error('no')));
        expect(await rejection(failing)).to.include({ message: 'no' });
        return memo('k', async () => ++produced);
      }, job);
      expect(result(id)).to.equal(1);
    });

    it('goes on with what another attempt remembered first', async () => {
      answers('work/recall', () => ({ found: false }));
      answers('work/remember', () => ({ value: 'theirs' }));
      const id = await run(({ memo }) => memo('k', async () => 'ours'), job);
      expect(result(id)).to.equal('theirs');
    });

    it('outside a job simply produces', async () => {
      const id = await run(async ({ memo }) => [await memo('k', async () => 1), await memo('k', async () => 2)]);
      expect(result(id)).to.deep.equal([1, 2]);
      expect(asked('work/recall')).to.deep.equal([]);
    });

    it('waits for the next connection, and asks again', async () => {
      const id = await run(({ memo }) => memo('k', async () => 1), job);
      expect(asked('work/recall')).to.have.length(1);
      on.house.wanted = [id];
      answers('work/recall', () => ({ found: true, value: 'there' }));
      on.house.line.drop();
      await on.clock.advance(200);
      expect(result(id)).to.equal('there');
    });

    it('refuses what cannot be remembered', async () => {
      answers('work/recall', () => ({ found: false }));
      const id = await run(async ({ memo }) => {
        const cycle: Record<string, unknown> = {};
        cycle.self = cycle;
        const errors = [
          await rejection(memo('', async () => 1)),
          await rejection(memo('x'.repeat(513), async () => 1)),
          await rejection(memo('nothing', async () => undefined as never)),
          await rejection(memo('cycle', async () => cycle as never)),
        ];
        return errors.map((error) => (error as Error).message);
      }, job);
      expect(result(id)).to.deep.equal([
        'Cannot remember under ""; use 1 to 512 characters',
        `Cannot remember under "${'x'.repeat(64)}"; use 1 to 512 characters`,
        'Cannot remember "nothing": the stage answered nothing JSON can carry',
        'Cannot remember "cycle": the stage answered nothing JSON can carry',
      ]);
    });

    it('tells what the gateway refuses, such as an attempt that is over', async () => {
      on.house.gateway.handlers['work/recall'] = (_params, request, line) => {
        line.fail(request.id, 4090, { name: 'CONFLICT', retryable: false });
        return undefined;
      };
      const id = await run(({ memo }) => memo('k', async () => 1), job);
      expect(on.house.error(id).code).to.equal(4090);
    });

    it('asks for many keys in turns', async () => {
      const open: (() => void)[] = [];
      on.house.gateway.handlers['work/recall'] = ({ key }, request, line) => {
        open.push(() => line.answer(request.id, { found: true, value: key ?? null }));
        return undefined;
      };
      const keys = Array.from({ length: 100 }, (_, at) => `k${at}`);
      const id = await run(({ memo }) => Promise.all(keys.map((key) => memo(key, async () => ''))), job);
      expect(open).to.have.length(32);
      while (open.length > 0) {
        for (const answer of open.splice(0)) answer();
        await settle();
      }
      expect(result(id)).to.deep.equal(keys);
    });
  });

  describe('call', () => {
    it('goes through the gateway, as the same caller', async () => {
      answers('work/call', () => ({ structuredContent: { spoken: true } }));
      const id = await run((ctx) => ctx.call('speak', { text: 'a' }));
      expect(result(id)).to.deep.equal({ spoken: true });
      expect(asked('work/call')).to.deep.equal([{ work: id, name: 'speak', arguments: { text: 'a' } }]);
    });

    it('fails as the other tool did', async () => {
      on.house.gateway.handlers['work/call'] = (_params, request, line) => {
        line.fail(request.id, 5021, { name: 'TOOL_FAILED', retryable: true, details: { why: 'x' } });
        return undefined;
      };
      const id = await run((ctx) => ctx.call('speak', {}));
      expect(on.house.error(id)).to.deep.include({ code: 5021, message: 'error 5021' });
      expect(on.house.error(id).data).to.deep.include({ retryable: true, details: { why: 'x' } });
    });

    it('may have run when the connection is lost, and is not sent again', async () => {
      const id = await run((ctx) => ctx.call('speak', {}));
      on.house.wanted = [id];
      on.house.line.drop();
      await on.clock.advance(200);
      expect(on.house.error(id).code).to.equal(5020);
      expect(on.house.error(id).data).to.deep.include({ maybeExecuted: true, retryable: false });
    });

    it('ends with its call, and the gateway is told', async () => {
      const id = await run((ctx) => ctx.call('speak', {}));
      on.house.line.say(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"${id}"}}`);
      await settle();
      expect(on.house.error(id).code).to.equal(4990);
      const [request] = on.house.line.requests('work/call');
      expect(asked('notifications/cancelled')).to.deep.equal([{ requestId: request?.id }]);
    });

    it('refuses arguments larger than the gateway takes', async () => {
      const id = await run((ctx) => ctx.call('speak', { text: 'x'.repeat(1_048_576) }));
      expect(on.house.error(id).code).to.equal(4130);
      expect(asked('work/call')).to.deep.equal([]);
    });
  });

  describe('scratch', () => {
    it('is a private directory that is gone with the call', async () => {
      let path = '';
      const id = await run(async ({ scratch }) => {
        path = await scratch();
        expect(await scratch()).to.equal(path);
        await writeFile(join(path, 'a.txt'), 'a');
        return (statSync(path).mode & 0o777).toString(8);
      });
      while (on.house.answers(id).length === 0) await settle();
      expect(result(id)).to.equal('700');
      expect(basename(path)).to.match(/^callsheet-call-/);
      expect(existsSync(path)).to.equal(false);
    });

    it('cannot be made after the end', async () => {
      let make: ToolContext['scratch'] | undefined;
      await run(({ scratch }) => {
        make = scratch;
      });
      expect(await rejection(make?.() ?? Promise.resolve())).to.satisfy(CallError.is);
    });
  });

  it('the log says of which call, attempt and trace each line is', async () => {
    const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
    const body: Body = ({ log }) => {
      log.warn({ size: 3, traceId: 'another' }, 'small');
      log.info({}, 'nobody asked for it');
      log.error({}, 'bad');
    };
    const ofJob = await run(body, { ...job, traceparent: `00-${TRACE}-00f067aa0ba902b7-00` });
    const ofCall = await run(body);
    const time = new Date(1_000_000).toISOString();
    const names = { tool: 'go', call: ofJob, attempt: 2, jobId: 'job_1', traceId: TRACE };
    const lines = on.logged.map((line) => JSON.parse(line));
    // A call without a trace begins one of its own.
    const { traceId } = lines[2];
    expect(traceId)
      .to.match(/^[\da-f]{32}$/)
      .and.not.equal(TRACE);
    const plain = { tool: 'go', call: ofCall, attempt: 1, traceId };
    expect(lines).to.deep.equal([
      { level: 'warn', time, size: 3, ...names, message: 'small' },
      { level: 'error', time, ...names, message: 'bad' },
      { level: 'warn', time, size: 3, ...plain, message: 'small' },
      { level: 'error', time, ...plain, message: 'bad' },
    ]);
  });
});
