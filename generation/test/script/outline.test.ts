import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { readingSeconds } from '../../src/script/duration.ts';
import { outline } from '../../src/script/outline.ts';
import { PHRASES } from '../../src/script/outline-phrases.ts';

describe('outline', () => {
  it('asks and never asserts: every sentence is a question or speaks to the viewer', () => {
    const text = outline({ subject: 'Coral reefs', paragraphs: 3, targetSeconds: 60 }).join(' ');
    for (const sentence of text.split(/(?<=[.?!])\s/u)) {
      expect(sentence.endsWith('?') || /^(?:Hold on|Write|Think)/u.test(sentence), sentence).to.equal(true);
    }
  });

  it('has as many paragraphs as asked for, in every language it has', () => {
    for (const language of Object.keys(PHRASES)) {
      for (const paragraphs of [1, 3, 5]) {
        const written = outline({ subject: 'X', paragraphs, targetSeconds: 35, language });
        expect(written, `${language} ${paragraphs}`).to.have.length(paragraphs);
      }
    }
  });

  it('fits the time when the paragraphs allow it', () => {
    const text = outline({ subject: 'Tea', paragraphs: 1, targetSeconds: 20 }).join(' ');
    expect(readingSeconds(text)).to.be.within(10, 21);
  });

  it('follows the letters of the subject when no language is given', () => {
    expect(outline({ subject: '珊瑚礁', paragraphs: 1, targetSeconds: 20 })[0]).to.contain('你');
  });

  it('refuses a language it has no words in, and says which it has', () => {
    expect(() => outline({ subject: 'x', paragraphs: 1, targetSeconds: 20, language: 'fi' }))
      .to.throw(CallError, /"fi".*source_text.*en, es/u)
      .with.property('errorName', 'NOT_IMPLEMENTED');
  });
});
