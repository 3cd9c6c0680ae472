import { expect } from 'chai';
import { displayTerm } from '../../src/picture/display-term.ts';
import { GALLERY } from '../../src/picture/gallery.ts';
import { LEXICON } from '../../src/picture/lexicon.ts';
import { scoreMotifs, stem } from '../../src/picture/score-motifs.ts';

describe('scoreMotifs', () => {
  it('knows every motif by at least five strong words or suits it by ten', () => {
    for (const motif of Object.keys(GALLERY)) {
      const { strong, weak, zh } = LEXICON[motif as keyof typeof LEXICON];
      expect(strong.split(' ').length + weak.split(' ').length, motif).to.be.at.least(10);
      expect(zh.split(' ').length, motif).to.be.at.least(2);
    }
  });

  it('finds inflected forms', () => {
    for (const text of ['migrate', 'migrates', 'migrating', 'migrated']) {
      expect(scoreMotifs(text, []).get('bird-flock'), text).to.equal(3);
    }
    for (const [form, other] of [
      ['cities', 'city'],
      ['running', 'run'],
      ['waves', 'wave'],
      ['farmer', 'farms'],
    ] as const) {
      expect(stem(form)).to.equal(stem(other));
    }
  });

  it('does not cut short words or a final double s', () => {
    expect(stem('bus')).to.equal('bus');
    expect(stem('glass')).to.equal('glass');
    expect(stem('ring')).to.equal('ring');
  });

  it('counts a word once, however often it is said', () => {
    expect(scoreMotifs('reef reef reef', [])).to.deep.equal(scoreMotifs('reef', []));
  });

  it('reads past accents and case', () => {
    expect(scoreMotifs('ÓCEAN', []).get('deep-sea')).to.equal(3);
  });
});

describe('displayTerm', () => {
  it('takes the longest word of the first term that has one', () => {
    expect(displayTerm('whatever', ['the coral reef', 'ocean'])).to.equal('coral');
    expect(displayTerm('The restoration of old machines', [])).to.equal('restoration');
  });

  it('takes up to four Chinese characters', () => {
    expect(displayTerm('人工智能改变世界', [])).to.equal('人工智能');
  });

  it('finds nothing in words that say nothing', () => {
    expect(displayTerm('this is what there would be', [])).to.equal('');
    expect(displayTerm('', [])).to.equal('');
  });
});
