import { expect } from 'chai';
import fc from 'fast-check';
import { KeyphraseTable } from '../../src/script/keyphrases.ts';
import { findTerms, termsPerScene } from '../../src/script/terms.ts';
import { REEFS } from './reefs.ts';

const signal = new AbortController().signal;
const find = (script: string, amount = 5, subject = 'coral reefs') => findTerms({ subject, script, amount, signal });

describe('search terms', () => {
  it('are phrases of the script, in lower case, those of the subject first', async () => {
    const terms = await find(REEFS, 8);
    expect(terms).to.have.length(8);
    expect(terms.slice(0, 3).join(' ')).to.match(/reef|coral|polyp/u);
    const script = REEFS.toLowerCase().replace(/\s+/gu, ' ');
    expect(terms.every((term) => script.includes(term))).to.equal(true);
  });

  it('do not repeat one another', async () => {
    const terms = await find('Coral reefs. Coral reefs grow. The coral reef lives. Blue whales.', 5);
    expect(terms.filter((term) => term.includes('reef'))).to.have.length(1);
  });

  it('fall back to the subject when the script says nothing', async () => {
    expect(await find('It is so. And then it was not.', 3, 'Blue Whales')).to.eql(['blue whales']);
  });

  it('are found in Chinese', async () => {
    expect(await find('珊瑚礁养育了海洋鱼类。珊瑚礁需要阳光。', 3, '珊瑚礁')).to.satisfy((terms: string[]) =>
      terms.some((term) => term.includes('珊瑚礁')),
    );
  });

  it('are told apart by scene', () => {
    const [one, two] = termsPerScene(['Tall ships sail the ocean.', 'Volcanoes throw ash into the sky.'], 3, 'nature');
    expect(one?.join(' ')).to.contain('ships');
    expect(two?.join(' ')).to.contain('ash');
  });

  it('are found in a long script without holding up the event loop', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await find('Whales sing deep songs across oceans while krill drift below. '.repeat(3000), 5);
    clearInterval(timer);
    expect(turns).to.be.greaterThan(2);
  });

  it('never outnumber the amount asked for', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.integer({ min: 1, max: 20 }), (text, amount) => {
        const table = new KeyphraseTable();
        table.add(text);
        expect(table.best(amount).length).to.be.at.most(amount);
      }),
    );
  });
});
