import { expect } from 'chai';
import fc from 'fast-check';
import { frameWriter } from '../src/frame-writer.ts';
import { utf8Length } from '../src/utf8-length.ts';
import { converseOpen } from './conversation.ts';
import { settle } from './fake-clock.ts';

const AGREED = { capabilities: { coalesce: true } };

describe('frame coalescing', () => {
  it('puts the calls of one microtask turn into array frames of 32', async () => {
    const { client, gateway } = await converseOpen({}, AGREED);
    const frames = gateway.line.frames.length;
    gateway.handlers['tools/call'] = (params) => ({ structuredContent: params.arguments ?? null });
    const calls = Array.from({ length: 50 }, (_, n) => client.call('echo', { n }));
    await settle();
    expect(gateway.line.frames.slice(frames).map((frame) => JSON.parse(frame).length)).to.deep.equal([32, 18]);
    expect(await Promise.all(calls)).to.deep.equal(Array.from({ length: 50 }, (_, n) => ({ n })));
    await client.call('echo', {});
    expect(gateway.line.frames.at(-1)).to.match(/^\{/);
    await client.close();
  });

  it('is not used unless both sides agreed', async () => {
    for (const [options, session] of [
      [{}, {}],
      [{ coalesce: false }, AGREED],
    ] as const) {
      const { client, gateway } = await converseOpen(options, session);
      gateway.handlers['tools/call'] = () => ({ structuredContent: 1 });
      await Promise.all([client.call('a', {}), client.call('b', {})]);
      expect(gateway.line.frames).to.have.length(3);
      await client.close();
    }
  });

  it('reads answers in array frames whether agreed or not, and settles each', async () => {
    const { client, gateway } = await converseOpen();
    const [a, b] = [client.call('a', {}), client.call('b', {})];
    await settle();
    const [first, second] = gateway.line.requests('tools/call');
    const answer = (id: unknown, value: string): object => ({
      jsonrpc: '2.0',
      id,
      result: { structuredContent: value },
    });
    gateway.line.say(JSON.stringify([answer(second?.id, 'B'), { nonsense: true }, answer(first?.id, 'A')]));
    expect(await Promise.all([a, b])).to.deep.equal(['A', 'B']);
    await client.close();
  });

  it('sends what was said before closing', async () => {
    const { client, gateway } = await converseOpen({}, AGREED);
    client.notify('notifications/note', { n: 1 });
    void client.close();
    await settle();
    expect(gateway.line.requests('notifications/note')).to.have.length(1);
  });

  it('keeps every message, in order, within the limits of the server', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ maxLength: 60, unit: 'grapheme' }).map((text) => JSON.stringify(text)),
          { maxLength: 40 },
        ),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 200, max: 2_000 }),
        (texts, maxBatch, maxPayloadBytes) => {
          const frames: string[] = [];
          const writer = frameWriter((frame) => frames.push(frame), maxBatch, maxPayloadBytes);
          for (const text of texts) writer.write(text);
          writer.flush();
          const read = frames.flatMap((frame) => {
            const value: unknown = JSON.parse(frame);
            if (!Array.isArray(value)) return [value];
            expect(value.length).to.be.within(2, maxBatch);
            expect(Buffer.byteLength(frame)).to.be.at.most(maxPayloadBytes);
            return value;
          });
          expect(read).to.deep.equal(texts.map((text) => JSON.parse(text)));
        },
      ),
    );
  });

  it('counts bytes as UTF-8 has them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(utf8Length(text)).to.equal(Buffer.byteLength(text));
      }),
    );
  });
});
