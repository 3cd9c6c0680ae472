import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { durationOf } from '../../src/audio/pcm.ts';
import { Flite } from '../../src/voice/flite.ts';
import { type SpeakRequest, type Speech, speak } from '../../src/voice/speak.ts';
import { DEFAULT_VOICE, findVoice, VOICES } from '../../src/voice/voices.ts';

/** Stretches of sound with at least 40 ms of near-silence around them, in seconds. */
function islands({ pcm }: Speech): { start: number; end: number }[] {
  const step = pcm.sampleRate / 200;
  const found: { start: number; end: number }[] = [];
  const samples = pcm.channels[0] ?? new Float32Array(0);
  for (let at = 0; at + step <= samples.length; at += step) {
    const loud = Math.max(...samples.subarray(at, at + step).map(Math.abs)) > 0.01;
    const [time, last] = [at / pcm.sampleRate, found.at(-1)];
    if (!loud) continue;
    if (last !== undefined && time - last.end < 0.04) last.end = time + 0.005;
    else found.push({ start: time, end: time + 0.005 });
  }
  return found.filter(({ start, end }) => end - start > 0.03);
}

async function refusal(request: Partial<SpeakRequest>): Promise<CallError> {
  try {
    await speak({ text: 'hello', voice: 'auto', rate: 1, ...request });
  } catch (error) {
    if (CallError.is(error)) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

describe('speak', () => {
  it('gives sound and every written word in order, with exact times', async () => {
    const text = 'In 1969, NASA spent $24 billion; 70% was worth it! Was it?';
    const { pcm, words, timingQuality } = await speak({ text, voice: DEFAULT_VOICE, rate: 1 });
    expect(timingQuality).to.equal('exact');
    expect(words.map(({ w }) => w).join(' ')).to.equal(text);
    expect(pcm.channels.length).to.equal(1);
    let last = 0;
    for (const { start, end } of words) {
      expect(start).to.be.at.least(last);
      expect(end).to.be.above(start);
      last = end;
    }
    expect(last).to.be.at.most(durationOf(pcm));
  });

  for (const { id } of VOICES.filter(({ offline, word_timings }) => offline && word_timings === 'exact')) {
    it(`places words where they are heard, within 60 ms (${id})`, async () => {
      const speech = await speak({ text: 'Now, we, all, may, rise. You, all, may, win.', voice: id, rate: 1 });
      const heard = islands(speech);
      const nearest = (time: number, edge: 'start' | 'end'): number =>
        Math.min(...heard.map((island) => Math.abs(island[edge] - time)));
      for (const { w, start } of speech.words) expect(nearest(start, 'start'), w).to.be.at.most(0.06);
    });
  }

  it('honours the rate', async () => {
    const length = async (rate: number): Promise<number> =>
      durationOf((await speak({ text: 'This sentence is a measure. So is this one.', voice: 'awb', rate })).pcm);
    const normal = await length(1);
    expect((await length(2)) / normal).to.be.closeTo(0.5, 0.05);
    expect((await length(0.5)) / normal).to.be.closeTo(2, 0.15);
  });

  it('rests between sentences, longer between paragraphs', async () => {
    const gap = async (text: string): Promise<number> => {
      const { words } = await speak({ text, voice: 'awb', rate: 1 });
      return (words[1]?.start ?? 0) - (words[0]?.end ?? 0);
    };
    const [sentence, paragraph] = [await gap('Hello. World.'), await gap('Hello.\n\nWorld.')];
    expect(sentence).to.be.within(0.3, 0.6);
    expect(paragraph).to.be.above(sentence + 0.15);
  });

  it('begins and ends with silence, so that it can be joined to anything', async () => {
    const { pcm } = await speak({ text: 'Ask.', voice: 'awb', rate: 1 });
    expect(pcm.channels[0]?.[0]).to.equal(0);
    expect(pcm.channels[0]?.at(-1)).to.be.closeTo(0, 1e-6);
  });

  it('is the same every time', async () => {
    const request = { text: 'Once more, please.', voice: 'awb', rate: 1 };
    expect(await speak(request)).to.deep.equal(await speak(request));
  });

  it('survives whatever it is given to read', async () => {
    const hostile = [
      'a'.repeat(40_000),
      '!?.,;:—…'.repeat(5_000),
      '<b>'.repeat(10_000),
      '\u0000\u001b[0m\u202ehello\u0007\ud800'.repeat(300),
      "'".repeat(20_000),
      '1-'.repeat(20_000),
      '(('.repeat(9_000),
      'xqz zzkt hmm pfft --help -o /etc/passwd $(reboot)',
      '🎉👩‍👩‍👧',
      '',
      ' \n\t ',
    ];
    for (const text of hostile) {
      const { pcm, words } = await speak({ text, voice: 'awb', rate: 1 });
      expect(durationOf(pcm)).to.be.within(0, 60);
      expect(words.every(({ start, end }) => start <= end && end <= durationOf(pcm) + 0.01)).to.equal(true);
    }
  });

  it('shows text that says nothing, in silence', async () => {
    const { pcm, words, timingQuality } = await speak({ text: '🎉 !!!', voice: 'awb', rate: 1 });
    expect(words.map(({ w }) => w)).to.deep.equal(['🎉', '!!!']);
    expect(timingQuality).to.equal('estimated');
    expect(pcm.channels[0]?.every((sample) => sample === 0)).to.equal(true);
  });

  it('times any language without a voice', async () => {
    const { pcm, words, timingQuality } = await speak({ text: '海洋覆盖地球。我们爱海洋。', voice: 'none', rate: 1 });
    expect(timingQuality).to.equal('estimated');
    expect(words.map(({ w }) => w).join('')).to.equal('海洋覆盖地球。我们爱海洋。');
    expect(durationOf(pcm)).to.be.within(2, 5);
    expect(pcm.channels[0]?.every((sample) => sample === 0)).to.equal(true);
  });

  it('refuses a script its voice cannot read, and says what to do', async () => {
    const chinese = await refusal({ text: '海洋覆盖了地球' });
    expect(chinese.errorName).to.equal('INVALID_PARAMS');
    expect(chinese.message).to.include('in Chinese').and.include('"none"');
    expect((await refusal({ text: 'Привет, мир' })).message).to.include('in Russian');
    expect((await refusal({ text: 'שלום' })).message).to.include('in Hebrew');
  });

  it('skips a foreign name in an English text but shows it', async () => {
    const { words } = await speak({ text: 'The city of Beijing (北京) is large and old.', voice: 'awb', rate: 1 });
    expect(words.map(({ w }) => w).join(' ')).to.equal('The city of Beijing (北京) is large and old.');
  });

  it('refuses unknown voices, wild rates and endless texts, quoting them', async () => {
    expect((await refusal({ voice: 'darth' })).message)
      .to.include('"darth"')
      .and.include('flite:awb');
    for (const rate of [0.1, 3, Number.NaN]) expect((await refusal({ rate })).message).to.include(`"${rate}"`);
    expect((await refusal({ text: 'a '.repeat(20_001) })).message).to.include('40002 characters');
    expect((await refusal({ text: '海'.repeat(30_000), voice: 'none', rate: 0.5 })).errorName).to.equal(
      'INVALID_PARAMS',
    );
  });

  it('marks times as estimated when the dictionary and the speech disagree', async () => {
    const engine = await Flite.load();
    engine.pronounce = (phrases) => phrases.map(() => ['zh', 'oy', 'zh', 'oy']);
    const { words, timingQuality } = await speak({ text: 'Hello there.', voice: 'awb', rate: 1 }, async () => engine);
    expect(timingQuality).to.equal('estimated');
    expect(words.map(({ w }) => w)).to.deep.equal(['Hello', 'there.']);
  });
});

describe('voices', () => {
  it('are found by id, by short name, and by default', () => {
    expect(findVoice('flite:slt').gender).to.equal('female');
    expect(findVoice('RMS').id).to.equal('flite:rms');
    expect(findVoice('auto').id).to.equal(DEFAULT_VOICE);
    expect(findVoice('').id).to.equal(DEFAULT_VOICE);
    expect(findVoice('none').language).to.equal('');
  });

  it('all speak without key and network, the default first', () => {
    expect(VOICES.every(({ offline }) => offline)).to.equal(true);
    expect(VOICES[0]?.id).to.equal(DEFAULT_VOICE);
    expect(new Set(VOICES.map(({ id }) => id)).size).to.equal(VOICES.length);
  });
});
