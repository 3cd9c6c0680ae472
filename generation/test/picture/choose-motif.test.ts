import { expect } from 'chai';
import fc from 'fast-check';
import { choosePictures, type SceneWords } from '../../src/picture/choose-motif.ts';
import { GALLERY } from '../../src/picture/gallery.ts';
import { MOODS, paletteMoods } from '../../src/picture/palette.ts';

function motifs(scenes: readonly SceneWords[], seed = 1): string[][] {
  return choosePictures(scenes, { seed }).map((choices) => choices.map((choice) => choice.motif));
}

describe('choosePictures', () => {
  const cases: [string, string][] = [
    ['Coral reefs are built by polyps.', 'reef'],
    ['The stock market lost ten percent.', 'charts'],
    ['Neurons in the brain fire together.', 'neurons'],
    ['Bees visit a hundred flowers to make honey.', 'honeycomb'],
    ['The glaciers of Antarctica are melting.', 'iceberg'],
    ['Our cities grow taller: skyscrapers downtown.', 'skyline'],
    ['DNA carries the genes.', 'helix'],
    ['The rocket left the launch pad.', 'rocket'],
    ['She read the book in the library.', 'bookshelf'],
    ['珊瑚礁是海洋的热带雨林。', 'reef'],
    ['这座城市的高楼', 'skyline'],
  ];
  for (const [text, motif] of cases) {
    it(`paints ${motif} for «${text}»`, () => {
      expect(motifs([{ text }])).to.deep.equal([[motif]]);
    });
  }

  it('lets terms weigh more than words', () => {
    expect(motifs([{ text: 'A day at the market.', terms: ['coral reef', 'fish'] }])).to.deep.equal([['reef']]);
  });

  it('stays with the subject of the video in a scene that names nothing', () => {
    const [, second] = motifs([
      { text: 'Wheat is harvested in August by farmers in the field.' },
      { text: 'So it was then.' },
    ]);
    expect(second).to.deep.equal(['farmland']);
  });

  it('has a picture for words it does not know', () => {
    const chosen = motifs([{ text: 'Hm.' }, { text: 'Xyzzy!' }, { text: '' }]).flat();
    for (const motif of chosen) expect(motif).to.be.oneOf(['bokeh', 'geometry', 'paper-waves', 'typography']);
  });

  it('does not show one motif twice in a row when the words leave a choice', () => {
    const [choices] = motifs([
      { text: 'The ocean: coral reefs, jellyfish, whales and the beach at sunset.', plates: 4 },
    ]);
    expect(choices).to.have.length(4);
    choices?.slice(1).forEach((motif, index) => {
      expect(motif).not.to.equal(choices[index]);
    });
  });

  it('keeps to palettes of the mood when the motif has one', () => {
    const [choices] = choosePictures([{ text: 'The city at night, the city at dawn.', plates: 2 }], {
      seed: 4,
      mood: 'corporate',
    });
    const skylines = choices?.filter((choice) => choice.motif === 'skyline') ?? [];
    expect(skylines).not.to.have.length(0);
    for (const { palette } of skylines) expect(paletteMoods(palette)).to.include('corporate');
  });

  it('never hangs the same picture twice, and always the same pictures for the same input', () => {
    const scene = fc.record({ text: fc.lorem({ maxCount: 12 }), plates: fc.integer({ min: 1, max: 4 }) });
    const coral = fc.record({
      text: fc.constantFrom('coral', 'ocean city', 'bee'),
      plates: fc.integer({ min: 1, max: 4 }),
    });
    const options = fc.record({ seed: fc.integer({ min: 0, max: 0xffffffff }), mood: fc.constantFrom(...MOODS) });
    fc.assert(
      fc.property(fc.array(fc.oneof(scene, coral), { maxLength: 12 }), options, (scenes, chosen) => {
        const pictures = choosePictures(scenes, chosen);
        expect(pictures.map((choices) => choices.length)).to.deep.equal(scenes.map(({ plates }) => plates));
        const names = pictures.flat().map(({ motif, seed }) => `${motif} ${seed}`);
        expect(new Set(names).size).to.equal(names.length);
        for (const { motif, palette } of pictures.flat()) expect(GALLERY[motif].palettes).to.include(palette);
        expect(choosePictures(scenes, chosen)).to.deep.equal(pictures);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a seed it could not paint with', () => {
    expect(() => choosePictures([], { seed: 1.5 })).to.throw('the seed "1.5"');
  });
});
