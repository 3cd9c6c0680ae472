import { expect } from 'chai';
import { type Call, CancelledError, type Progress } from '../src/index.ts';
import { converseOpen, rejection } from './conversation.ts';
import { settle } from './fake-clock.ts';
import type { FakeLine } from './fake-gateway.ts';

const tell = (line: FakeLine, progress: number): void =>
  line.notify('notifications/progress', {
    progressToken: line.requests('tools/call').at(-1)?.id ?? 0,
    progress,
    total: 1,
  });

const finish = (line: FakeLine): void =>
  line.answer(line.requests('tools/call').at(-1)?.id, { structuredContent: 'done' });

describe('progress', () => {
  it('is iterated while the call runs, then the call gives its result', async () => {
    const { client, gateway } = await converseOpen();
    const call = client.call('render', {});
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { progress } of call) seen.push(progress);
    })();
    await settle();
    for (const progress of [0.1, 0.5, 1]) tell(gateway.line, progress);
    finish(gateway.line);
    await reading;
    expect(seen).to.deep.equal([0.1, 0.5, 1]);
    expect(await call).to.equal('done');
    await client.close();
  });

  it('goes to the callback too, without the token, and a throwing callback harms nobody', async () => {
    const { client, gateway } = await converseOpen();
    const seen: Progress[] = [];
    const call = client.call('render', {}, { onProgress: (report) => seen.push(report) });
    await settle();
    tell(gateway.line, 0.25);
    finish(gateway.line);
    await call;
    expect(seen).to.deep.equal([{ progress: 0.25, total: 1 }]);
    await client.close();
  });

  it('a slow reader gets the newest reports, never an unbounded backlog', async () => {
    const { client, gateway } = await converseOpen();
    const call = client.call('render', {});
    const reader = call[Symbol.asyncIterator]();
    await settle();
    for (let step = 1; step <= 1_000; step++) tell(gateway.line, step / 1_000);
    finish(gateway.line);
    await call;
    const seen: number[] = [];
    for (let next = await reader.next(); !next.done; next = await reader.next()) seen.push(next.value.progress);
    expect(seen).to.have.length(16);
    expect(seen.at(-1)).to.equal(1);
    await client.close();
  });

  it('a late reader starts with the newest report, and after the end finds the end', async () => {
    const { client, gateway } = await converseOpen();
    const call = client.call('render', {});
    await settle();
    tell(gateway.line, 0.1);
    tell(gateway.line, 0.2);
    const late = call[Symbol.asyncIterator]();
    expect(await late.next()).to.deep.equal({ done: false, value: { progress: 0.2, total: 1 } });
    finish(gateway.line);
    await call;
    expect(await late.next()).to.deep.equal({ done: true, value: undefined });
    const after = call[Symbol.asyncIterator]();
    expect((await after.next()).value).to.include({ progress: 0.2 });
    expect((await after.next()).done).to.equal(true);
    await client.close();
  });

  it('leaving the loop early neither stops the call nor holds a reader', async () => {
    const { client, gateway } = await converseOpen();
    const call = client.call('render', {});
    await settle();
    const leaving = (async () => {
      for await (const { progress } of call) if (progress > 0.3) break;
    })();
    tell(gateway.line, 0.5);
    await leaving;
    tell(gateway.line, 0.6);
    finish(gateway.line);
    expect(await call).to.equal('done');
    await client.close();
  });

  it('who only iterates is told the failure there, and nothing is left unhandled', async () => {
    const { client, gateway } = await converseOpen();
    const strays: unknown[] = [];
    const note = (error: unknown): unknown => strays.push(error);
    process.on('unhandledRejection', note);
    const read = async (call: Call<unknown, Progress>): Promise<void> => {
      for await (const _ of call);
    };
    const failed = rejection(read(client.call('render', {})));
    await settle();
    gateway.line.fail(gateway.line.requests('tools/call').at(-1)?.id, 5021);
    expect(await failed).to.include({ name: 'ToolError', tool: 'render' });
    await settle();
    process.off('unhandledRejection', note);
    expect(strays).to.deep.equal([]);
    await client.close();
  });
});

describe('what a call is', () => {
  it('a real promise, whose children are plain ones', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['tools/call'] = () => ({ structuredContent: 3 });
    const call = client.call('add', {});
    expect(call).to.be.instanceOf(Promise);
    const child = call.then((value) => Number(value) + 1);
    expect(child.constructor).to.equal(Promise);
    expect(await child).to.equal(4);
    expect(call.id).to.match(/^\d+$/);
    await client.close();
  });

  it('settled() tells the outcome and the time, and never rejects', async () => {
    const { client, gateway, clock } = await converseOpen();
    const good = client.call('a', {});
    await clock.advance(250);
    finish(gateway.line);
    expect(await good.settled()).to.include({ ok: true, value: 'done', durationMs: 250, requestId: good.id });
    const bad = client.call('b', {});
    bad.cancel('no longer needed');
    const report = await bad.settled();
    expect(report.ok).to.equal(false);
    expect(await rejection(bad))
      .to.be.instanceOf(CancelledError)
      .with.property('cause', 'no longer needed');
    await client.close();
  });
});
