import { expect } from 'chai';
import { assScript } from '../../src/captions/ass.ts';
import { assAlpha, assColour, assTime, escapeText } from '../../src/captions/ass-syntax.ts';
import { findCallouts } from '../../src/captions/callouts.ts';
import { readAssText, readEvents } from './reading.ts';
import { spoken } from './spoken.ts';

const FRAME = { width: 1080, height: 1920 };

describe('ASS syntax', () => {
  it('escapes what libass would take for a command, and nothing else', () => {
    expect(escapeText('{\\b1}')).to.equal('\\{\\b1\\}');
    expect(escapeText('a\\Nb')).to.equal('a\\\u200bNb');
    expect(escapeText('C:\\new\\home')).to.equal('C:\\\u200bnew\\\u200bhome');
    expect(escapeText('one\ntwo')).to.equal('one two');
    expect(escapeText('plain, “quoted”; 100%')).to.equal('plain, “quoted”; 100%');
    for (const text of ['{\\b1}', 'a\\Nb', '\\{', '{}', '\\', 'x\\h'])
      expect(readAssText(escapeText(text))).to.equal(text);
  });

  it('writes colours backwards and opacity as transparency', () => {
    expect(assColour('#FFD54A')).to.equal('&H4AD5FF&');
    expect([assAlpha(1), assAlpha(0), assAlpha(0.5)]).to.deep.equal(['&H00&', '&HFF&', '&H80&']);
  });

  it('writes times in hundredths', () => {
    expect([assTime(0), assTime(3.456), assTime(59.999), assTime(3725.5)]).to.deep.equal([
      '0:00:00.00',
      '0:00:03.46',
      '0:01:00.00',
      '1:02:05.50',
    ]);
  });
});

describe('assScript', () => {
  it('is made for the pixels of the frame', () => {
    const script = assScript({ frame: FRAME, words: spoken('Reefs are old.') });
    expect(script).to.include('PlayResX: 1080\nPlayResY: 1920\nWrapStyle: 2\n');
    expect(script.endsWith('\n')).to.equal(true);
  });

  it('lights each word when it is spoken, to the millisecond from the event’s start', () => {
    const words = [
      { w: 'Reefs', start: 1.004, end: 1.4 },
      { w: 'are', start: 1.4, end: 1.62 },
      { w: 'old', start: 2.1, end: 2.5 },
    ];
    const [line] = readEvents(assScript({ frame: FRAME, words })).filter((event) => event.layer === 2);
    expect(line?.text).to.equal('Reefs are old');
    expect(line?.start).to.equal(1);
    const lit = [...(line?.body ?? '').matchAll(/\\t\((\d+),\d+,\\1c&H4AD5FF&\)\\t\((\d+),/g)].map(([, from, to]) => [
      Number(from),
      Number(to),
    ]);
    expect(lit).to.deep.equal([
      [4, 400],
      [400, 620],
      [1100, 1500],
    ]);
  });

  it('does not light words in the other modes', () => {
    for (const mode of ['phrase', 'sentence', 'word'] as const) {
      const script = assScript({ frame: FRAME, words: spoken('Reefs are old.'), style: { mode } });
      expect(script).not.to.include('&H4AD5FF&');
    }
  });

  it('lays a ground under the words: one box for all lines, or a pill for each', () => {
    const words = spoken('Reefs are built by tiny animals called polyps.');
    const shapes = (background: 'none' | 'box' | 'pill') =>
      readEvents(assScript({ frame: FRAME, words, style: { background, background_color: '#10203080' } })).filter(
        (event) => event.style === 'Shape',
      );
    expect(shapes('none')).to.have.length(0);
    expect(shapes('box')).to.have.length(1);
    expect(shapes('pill')).to.have.length(2);
    expect(shapes('box')[0]?.body).to.include('\\1c&H302010&\\1a&H7F&');
  });

  it('writes titles and callouts alone when captions are off', () => {
    const words = spoken('About 70 percent are gone already today.');
    const script = assScript({
      frame: FRAME,
      words,
      style: { enabled: false },
      titles: [{ text: 'Reefs', start: 0, end: 3 }],
      callouts: findCallouts(words),
    });
    const texts = readEvents(script).map((event) => event.text);
    expect(texts).to.include('Reefs');
    expect(texts).to.include('70%');
    expect(texts).not.to.include('About');
  });

  it('keeps titles, callouts and captions apart in space', () => {
    for (const position of ['bottom', 'top', 'center'] as const) {
      const words = spoken('About 70 percent of the reefs are gone.');
      const script = assScript({
        frame: FRAME,
        words,
        style: { position },
        titles: [{ text: 'The rainforests of the sea', eyebrow: 'Part 1', start: 0, end: 3 }],
        callouts: findCallouts(words),
      });
      const reach = new Map<string, [number, number]>();
      for (const event of readEvents(script)) {
        const kind = event.layer <= 2 ? 'caption' : event.layer <= 4 ? 'title' : 'callout';
        const y = Number(/\\pos\([\d.]+,([\d.]+)\)/.exec(event.body)?.[1]);
        const tall = event.style === 'Shape' ? 0 : Number(/\\fs([\d.]+)/.exec(event.body)?.[1]) * 0.72;
        const [top, bottom] = reach.get(kind) ?? [Number.POSITIVE_INFINITY, 0];
        reach.set(kind, [Math.min(top, y - tall), Math.max(bottom, y)]);
      }
      const bands = [...reach.values()].sort((a, b) => a[0] - b[0]);
      expect(bands).to.have.length(3);
      bands.slice(1).forEach(([top], index) => {
        expect(top, position).to.be.greaterThan(bands[index]?.[1] ?? 0);
      });
    }
  });

  it('cuts a title short where the next one starts, and leaves out blank ones', () => {
    const script = assScript({
      frame: FRAME,
      words: [],
      titles: [
        { text: 'Second', start: 2, end: 5 },
        { text: 'First {\\N}', start: 0, end: 4 },
        { text: '  ', start: 0, end: 9 },
      ],
    });
    const events = readEvents(script).filter((event) => event.style === 'Text');
    const ends = events.map(({ text, end }) => `${text} ${end}`);
    expect(new Set(ends)).to.deep.equal(new Set(['First {\\N} 2', 'Second 5']));
  });

  it('refuses a title without a proper time', () => {
    const titles = [{ text: 'Reefs', start: 3, end: 1 }];
    expect(() => assScript({ frame: FRAME, words: [], titles })).to.throw('the title "Reefs": its time "3 to 1"');
  });

  it('shrinks a title and an amount to their zones', () => {
    const frame = { width: 320, height: 180 };
    const titles = [{ text: 'A heading far longer than any that would ever fit this little frame', start: 0, end: 3 }];
    const callouts = [
      { value: 123456.78, kind: 'amount', prefix: '$', unit: 'billion', decimals: 2, start: 0, end: 2 } as const,
    ];
    const sizes = [...assScript({ frame, words: [], titles, callouts }).matchAll(/\\fs([\d.]+)/g)].map(([, size]) =>
      Number(size),
    );
    expect(Math.max(...sizes)).to.be.below(40);
    expect(Math.min(...sizes)).to.be.greaterThan(4);
  });
});
