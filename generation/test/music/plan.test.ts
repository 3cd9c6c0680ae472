import { expect } from 'chai';
import fc from 'fast-check';
import { MOODS, type Mood } from '../../src/music/moods.ts';
import { arpeggioPart } from '../../src/music/parts/arpeggio.ts';
import { bassPart } from '../../src/music/parts/bass.ts';
import { drumPart } from '../../src/music/parts/drums.ts';
import { melodyPart } from '../../src/music/parts/melody.ts';
import { padPart } from '../../src/music/parts/pad.ts';
import { type Form, planForm } from '../../src/music/plan.ts';
import { frequencyOf, MAJOR, MINOR, pitchOf, TRIAD } from '../../src/music/theory.ts';
import { voiceChord } from '../../src/music/voicing.ts';
import { seededRandom } from '../../src/picture/seeded-random.ts';

const moods = fc.constantFrom<Mood>('calm', 'hopeful', 'uplifting', 'dramatic', 'dark', 'playful', 'corporate', 'lofi');
const form = (seconds: number, mood: Mood = 'hopeful', bpm?: number): Form =>
  planForm(seconds, MOODS[mood], bpm, seededRandom(4));

describe('theory', () => {
  it('counts scale steps through octaves, up and down', () => {
    expect([0, 2, 4, 7, 9].map((step) => pitchOf(step, 60, MAJOR))).to.deep.equal([60, 64, 67, 72, 76]);
    expect([0, 2, -1, -7].map((step) => pitchOf(step, 57, MINOR))).to.deep.equal([57, 60, 55, 45]);
  });

  it('tunes A to 440', () => {
    expect(frequencyOf(69)).to.equal(440);
    expect(frequencyOf(60)).to.be.closeTo(261.626, 0.001);
  });
});

describe('voicing', () => {
  it('keeps the common tones of neighbouring chords where they were', () => {
    const tonic = voiceChord({ step: 0, tones: TRIAD }, 48, MAJOR, undefined);
    const relative = voiceChord({ step: 5, tones: TRIAD }, 48, MAJOR, tonic);
    expect(relative.filter((pitch) => tonic.includes(pitch)).length).to.equal(2);
    expect(relative.map((pitch) => pitch % 12).sort()).to.deep.equal([0, 4, 9]);
  });

  it('stays in its register and moves without semitone rubs through every progression', () => {
    fc.assert(
      fc.property(moods, fc.integer({ min: 33, max: 42 }), (mood, root) => {
        for (const progression of MOODS[mood].progressions) {
          let before = voiceChord({ step: 0, tones: TRIAD }, root, MOODS[mood].scale, undefined);
          for (const chord of [...progression, ...progression]) {
            const voicing = voiceChord(chord, root, MOODS[mood].scale, before);
            expect(voicing.length).to.equal(chord.tones.length);
            expect(Math.min(...voicing)).to.be.at.least(50);
            expect(Math.max(...voicing)).to.be.at.most(84);
            const rubs = voicing.filter((pitch, i) => i > 0 && pitch - (voicing[i - 1] ?? 0) < 2);
            expect(rubs, `${mood} ${chord.step}`).to.deep.equal([]);
            before = voicing;
          }
        }
      }),
    );
  });
});

describe('form', () => {
  it('fills the time with whole bars and leaves room for the last chord to ring', () => {
    fc.assert(
      fc.property(moods, fc.double({ min: 12, max: 200, noNaN: true }), (mood, seconds) => {
        const { bars, ending, beatSeconds } = form(seconds, mood);
        expect(seconds - ending.start).to.be.within(3.2 - 1e-6, 3.2 + beatSeconds * 4);
        expect(ending.start).to.be.closeTo(bars.length * beatSeconds * 4, 1e-6);
      }),
    );
  });

  it('keeps a tempo that was asked for to the letter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 220 }), fc.double({ min: 1, max: 90, noNaN: true }), (bpm, seconds) => {
        const { beatSeconds, ending } = form(seconds, 'calm', bpm);
        expect(beatSeconds).to.be.closeTo(60 / bpm, 1e-12);
        expect(ending.start).to.be.at.most(Math.max(0, seconds - 3.2) + 1e-6);
      }),
    );
  });

  it('stays near the tempo of the mood otherwise', () => {
    for (const seconds of [20, 33, 61]) {
      const bpm = 60 / form(seconds, 'corporate').beatSeconds;
      expect(bpm).to.be.within(100 * 0.92, 110 * 1.08);
    }
  });

  it('grows from bar to bar, ends on its cadence and comes home', () => {
    const { bars, ending } = form(40);
    const energies = bars.map(({ energy }) => energy);
    expect(energies).to.deep.equal([...energies].sort((a, b) => a - b));
    expect([energies[0], energies.at(-1)]).to.deep.equal([0.3, 1]);
    expect(bars.at(-1)?.chord).to.equal(MOODS.hopeful.cadence);
    expect(ending.chord.step).to.equal(0);
  });

  it('is only the last chord when there is no time for a bar', () => {
    expect(form(1).bars).to.deep.equal([]);
    expect(form(3.5, 'dark').ending.start).to.equal(0);
  });
});

describe('parts', () => {
  const parts = { padPart, arpeggioPart, bassPart, melodyPart, drumPart };

  it('write only notes that begin within the piece, at sane levels and pitches', () => {
    fc.assert(
      fc.property(moods, fc.double({ min: 1, max: 60, noNaN: true }), fc.nat(), (mood, seconds, seed) => {
        const random = seededRandom(seed);
        const plan = planForm(seconds, MOODS[mood], undefined, random);
        for (const [name, part] of Object.entries(parts)) {
          for (const note of part(plan, MOODS[mood], random)) {
            expect(note.start, name).to.be.within(0, seconds);
            expect(note.seconds, name).to.be.above(0);
            expect(note.level, name).to.be.within(0, 1);
            expect(note.pan, name).to.be.within(-1, 1);
            expect(note.pitch, name).to.be.within(28, 100);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('come in one after the other', () => {
    const plan = form(40, 'corporate');
    const entry = (part: keyof typeof parts): number =>
      Math.min(...parts[part](plan, MOODS.corporate, seededRandom(1)).map(({ start }) => start));
    expect(entry('padPart')).to.equal(0);
    expect(entry('drumPart')).to.be.above(entry('bassPart'));
    expect(entry('melodyPart')).to.be.above(entry('drumPart'));
  });

  it('leave the drums out of moods that have none', () => {
    expect(drumPart(form(30, 'calm'), MOODS.calm, seededRandom(1))).to.deep.equal([]);
  });
});
