import { expect } from 'chai';
import { languageByScript, localeOf, primaryLanguage } from '../../src/script/language.ts';
import { contentWords, foldWord, wordsOf } from '../../src/script/words.ts';

describe('words', () => {
  it('keeps hyphens, apostrophes and decimals inside words', () => {
    expect(wordsOf("Ninety-seven reefs, it's 3.5 km!")).to.eql(['Ninety-seven', 'reefs', "it's", '3.5', 'km']);
  });

  it('cuts Chinese with a dictionary', () => {
    expect(wordsOf('珊瑚礁覆盖海底。', 'zh')).to.include.members(['珊瑚礁', '海底']);
  });

  it('drops words that say nothing, and folds the others', () => {
    expect(contentWords("The reefs' colonies are now don't 12 growing in nurseries")).to.eql([
      'reef',
      'colony',
      'nursery',
    ]);
  });

  it('leaves words alone that only look like plurals', () => {
    expect(['glass', 'gas', 'Seas', "ocean's"].map(foldWord)).to.eql(['glass', 'gas', 'sea', 'ocean']);
  });
});

describe('language', () => {
  it('reads tags with underscores and refuses nonsense', () => {
    expect([localeOf('zh_CN'), primaryLanguage('en_US'), localeOf('%%'), localeOf('')]).to.eql([
      'zh-CN',
      'en',
      undefined,
      undefined,
    ]);
  });

  it('tells a language by its letters where it can', () => {
    const found = ['日本の海', '珊瑚礁', '바다', 'море', 'ocean'].map(languageByScript);
    expect(found).to.eql(['ja', 'zh', 'ko', 'ru', undefined]);
  });
});
