import { setImmediate } from 'node:timers/promises';
import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { readingSeconds } from '../../src/script/duration.ts';
import { extractSentences } from '../../src/script/extractive.ts';
import { REEFS } from './reefs.ts';

const signal = new AbortController().signal;
const extract = (sourceText: string, targetSeconds = 25) =>
  extractSentences({ subject: 'How coral reefs recover', sourceText, targetSeconds, signal });

describe('extractive script', () => {
  it('takes every sentence word for word from the source, in its order', async () => {
    const sentences = await extract(REEFS);
    const source = REEFS.replace(/\s+/gu, ' ');
    const places = sentences.map(({ text }) => source.indexOf(text));
    expect(places.every((place) => place >= 0)).to.equal(true);
    expect(places).to.eql([...places].sort((a, b) => a - b));
  });

  it('fits the time it is given', async () => {
    for (const target of [12, 25, 40]) {
      const seconds = readingSeconds((await extract(REEFS, target)).map(({ text }) => text).join(' '));
      expect(seconds).to.be.within(target * 0.7, target * 1.15);
    }
  });

  it('fills the time also when every sentence tells something else', async () => {
    const facts = [
      'Tea began as a medicine in the mountains of Yunnan.',
      'Buddhist monks carried the plant to Japan and drank it to stay awake.',
      'Dutch ships brought the first chests to Amsterdam.',
      'Clippers raced home from Canton with the new harvest.',
      'Planters cleared forests in Assam and built railways to the sea.',
      'Three billion cups are poured every morning around the world.',
    ].join(' ');
    const seconds = readingSeconds((await extract(facts, 20)).map(({ text }) => text).join(' '));
    expect(seconds).to.be.within(16, 22);
  });

  it('chooses what is about the subject', async () => {
    const noise = 'The committee met on a rainy Tuesday to argue about parking fees in the old town.';
    const chosen = await extract(`${noise} ${REEFS} ${noise.replace('Tuesday', 'Friday')}`, 20);
    expect(chosen.map(({ text }) => text).join(' '))
      .to.match(/reef|coral/iu)
      .and.not.match(/parking/u);
  });

  it('does not say the same thing twice', async () => {
    const said = 'Coral reefs shelter a quarter of all marine fish in the sea.';
    const chosen = await extract(
      `${said} ${said} Coral reefs shelter one quarter of all the marine fish in the sea. ${REEFS}`,
      30,
    );
    expect(chosen.filter(({ text }) => text.includes('quarter of all'))).to.have.length.at.most(2);
  });

  it('passes over headings, addresses and tables while there is prose', async () => {
    const chosen = await extract(
      `REEFS AND THEIR FISH\n\nSee https://example.org/reefs for more.\n\na | b | c\n\n${REEFS}`,
    );
    expect(chosen.map(({ text }) => text).join(' ')).not.to.match(/https|\||REEFS AND/u);
  });

  it('takes loose lines when the source has no whole sentence', async () => {
    expect(await extract('Reefs shelter many small fish')).to.eql([
      { text: 'Reefs shelter many small fish', index: 0 },
    ]);
  });

  it('refuses a source with nothing to say, and says what to give', async () => {
    const error = await extract('1 2 3').catch((caught: unknown) => caught);
    expect(CallError.is(error) && error.errorName).to.equal('INVALID_PARAMS');
    expect(CallError.is(error) && error.facts.issues?.[0]?.path).to.equal('/source_text');
  });

  it('lets the event loop breathe with 200,000 characters', async () => {
    const lines = Array.from(
      { length: 1600 },
      (_, n) =>
        `Reef ${n} feeds the fish number ${n * 7} near island ${n % 31} in a calm warm sea, where divers count corals each year.`,
    );
    let turns = 0;
    let running = true;
    const others = (async () => {
      while (running) {
        await setImmediate();
        turns += 1;
      }
    })();
    await extract(lines.join(' ').slice(0, 200_000));
    running = false;
    await others;
    expect(turns).to.be.at.least(15);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    const work = extractSentences({
      subject: 'x',
      sourceText: REEFS.repeat(100),
      targetSeconds: 30,
      signal: stop.signal,
    });
    stop.abort(new Error('stopped'));
    const error = await work.catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(Error).with.property('name', 'AbortError');
  });
});
