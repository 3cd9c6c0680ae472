import { expect } from 'chai';
import fc from 'fast-check';
import { readAloud } from '../../src/voice/reading/read-aloud.ts';
import { sentencesOf } from '../../src/voice/reading/sentences.ts';

const said = (text: string): string =>
  readAloud(text)
    .flatMap(({ spoken }) => spoken)
    .join(' ');

function reads(title: string, table: { readonly [written: string]: string }): void {
  it(title, () => {
    for (const [written, spoken] of Object.entries(table)) expect(said(written), written).to.equal(spoken);
  });
}

describe('reading aloud', () => {
  reads('whole numbers, decimals and signs', {
    '0': 'zero',
    '17 and 40': 'seventeen and forty',
    '1,000': 'one thousand',
    '1,234,567': 'one million two hundred thirty four thousand five hundred sixty seven',
    '3.14': 'three point one four',
    '-5': 'minus five',
    '007': 'zero zero seven',
    '12345678901234567890':
      'one two three four five six seven eight nine zero one two three four five six seven eight nine zero',
    '~50 or >3': 'about fifty or more than three',
    '#1': 'number one',
  });

  reads('ordinals, fractions, ranges and sizes', {
    'the 1st, 2nd, 3rd, 12th and 21st': 'the first second third twelfth and twenty first',
    'the 100th of 30th': 'the one hundredth of thirtieth',
    '1/2 or 3/4': 'one half or three quarters',
    '2½ cups': 'two and one half cups',
    '10-20': 'ten to twenty',
    '10–20': 'ten to twenty',
    '16:9': 'sixteen to nine',
    '1920x1080': 'one thousand nine hundred twenty by one thousand eighty',
    'open 24/7': 'open twenty four seven',
    'v2.0.1': 'version two point zero point one',
    '+1-555-0199': 'plus one five five five zero one nine nine',
  });

  reads('years, decades, dates and clock times', {
    'in 1984': 'in nineteen eighty four',
    'in 1905 or 1900': 'in nineteen oh five or nineteen hundred',
    'in 2007 or 2024': 'in two thousand seven or twenty twenty four',
    "the 1990s and '80s": 'the nineteen nineties and eighties',
    '1914-1918': 'nineteen fourteen to nineteen eighteen',
    'May 5, 2024': 'may fifth twenty twenty four',
    '2024-02-01': 'february first twenty twenty four',
    '3/14/2024': 'march fourteenth twenty twenty four',
    '24 Sep 2026': 'twenty four september twenty twenty six',
    'at 10:30 or 7:00': "at ten thirty or seven o'clock",
    'at 5pm or 9:05 a.m.': 'at five p m or nine oh five ay m',
  });

  reads('money', {
    $5: 'five dollars',
    $1: 'one dollar',
    '$3.50': 'three dollars fifty',
    '$0.99': 'ninety nine cents',
    '£2.5bn': 'two point five billion pounds',
    '$24 billion': 'twenty four billion dollars',
    '€1,000': 'one thousand euros',
    '5€': 'five euros',
    '-$7': 'minus seven dollars',
  });

  reads('percentages and units, joined and apart', {
    '70%': 'seventy percent',
    '12 km/h': 'twelve kilometers per hour',
    '1 km, 2 km': 'one kilometer two kilometers',
    '-5°C': 'minus five degrees celsius',
    '250MB in 30 s': 'two hundred fifty megabytes in thirty seconds',
    '10x faster in 4K': 'ten times faster in four k',
    '5m': 'five meters',
    '3 km² of land': 'three square kilometers of land',
  });

  reads('abbreviations by what stands around them', {
    'Dr. Smith vs. Mr. Jones': 'doctor smith versus mister jones',
    'St. John, 5 oak st.': 'saint john five oak street',
    'e.g. this, i.e. that, etc.': 'for example this that is that et cetera',
    'No. 5 is no.': 'number five is no',
    'Apple Inc. w/ care': 'apple incorporated with care',
  });

  reads('initials and words in capitals', {
    'the U.S. and the API': 'the u s and the ay p i',
    'NASA wrote HTML': 'nasa wrote h t m l',
    'two CEOs said IT': "two c e o's said i t",
    'I am NOT ok': 'i am not okay',
    'Henry VIII, World War II': 'henry the eighth world war two',
    'THIS IS SHOUTED BY THE USA': 'this is shouted by the usa',
  });

  reads('addresses, handles and tags', {
    'https://www.example.com/news?id=3': 'example dot com slash news',
    'mail me@foo.io': 'mail me at foo dot io',
    '@bob #FunTimes': 'at bob hashtag fun times',
    'visit example.org.': 'visit example dot org',
  });

  reads('compounds, accents and signs', {
    'well-known and/or new': 'well known and or new',
    'Café, naïve, Straße, Ærø': 'cafe naive strasse aero',
    'R&D & C++': 'r and d and c plus plus',
    'COVID-19, H2O, 3D': 'covid nineteen h two o three d',
    'PayPal but McDonald’s': "pay pal but mcdonald's",
    'end.Next…more': 'end next more',
    "don’t “quote” 'me'": "don't quote me",
    '3 < 5': 'three less than five',
    'π is ≈ 3': 'pie is about three',
  });

  reads('nothing of markup, emoji and control characters', {
    '<b>bold</b> <img src="x"> \u0000\u001b[31mred\u202e 🎉': 'bold thirty one mred',
    '!!! — … 🎉': '',
    '你好 friend': 'friend',
  });

  it('keeps the spelling: joined with spaces, the words show the text again', () => {
    const words = readAloud('🎬 “Well, 1,000 — yes!” she\n said… 🎉 ok').map(({ written }) => written);
    expect(words).to.deep.equal(['🎬 “Well,', '1,000 —', 'yes!”', 'she', 'said… 🎉', 'ok']);
  });

  it('shows everything that can be seen and says only what the voice knows, for any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: fc.constantFrom(...'aB3 .,-/$%<>&\'"@#\n…—é你🎉:1'), maxLength: 120 }),
    );
    fc.assert(
      fc.property(text, (any) => {
        const words = readAloud(any);
        const seen = (part: string): string => part.replace(/\p{C}|\s|\ufe0f/gu, '');
        expect(words.map(({ written }) => seen(written)).join('')).to.equal(seen(any));
        for (const { spoken } of words) for (const word of spoken) expect(word).to.match(/^[a-z]+(?:'[a-z]*)*$/);
      }),
      { numRuns: 400 },
    );
  });

  it('bounds what one run of characters can say', () => {
    for (const run of ['7'.repeat(40_000), 'a-'.repeat(20_000), '1,'.repeat(20_000), 'x'.repeat(40_000)]) {
      const [word] = readAloud(run);
      expect(word?.written.length).to.equal(40_000);
      expect(word?.spoken.join(' ').length).to.be.below(1_000);
    }
  });
});

describe('sentences', () => {
  const cut = (text: string): string[] =>
    sentencesOf(readAloud(text)).map(({ words }) => words.map(({ written }) => written).join(' '));

  it('end at full stops, but not at those of abbreviations and initials', () => {
    expect(cut('Mr. J. R. Smith paid $5.50 to Dr. No. He left! Why? See e.g. page 3.')).to.deep.equal([
      'Mr. J. R. Smith paid $5.50 to Dr. No.',
      'He left!',
      'Why?',
      'See e.g. page 3.',
    ]);
  });

  it('go on after a question that is only quoted, and over a wrapped line', () => {
    expect(cut('“Really?” she said\nand left.')).to.deep.equal(['“Really?” she said and left.']);
  });

  it('end at empty lines and after headings', () => {
    expect(cut('A heading\nThen a text.\n\nAnother')).to.deep.equal(['A heading', 'Then a text.', 'Another']);
    expect(sentencesOf(readAloud('One.\n\nTwo.')).map(({ rest }) => rest)).to.deep.equal(['paragraph', 'sentence']);
  });

  it('know which of them ask', () => {
    expect(sentencesOf(readAloud('Why? Because.')).map(({ asks }) => asks)).to.deep.equal([true, false]);
  });

  it('are cut where they grow too long for one breath, at a comma if there is one', () => {
    const [long] = cut(`${'word '.repeat(30)}word, ${'more '.repeat(30)}`);
    expect(long?.endsWith('word,')).to.equal(true);
    for (const sentence of cut('word '.repeat(500))) expect(sentence.split(' ').length).to.be.at.most(40);
  });
});
