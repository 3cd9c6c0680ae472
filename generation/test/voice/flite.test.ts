import { expect } from 'chai';
import { Flite } from '../../src/voice/flite.ts';
import { PAUSE } from '../../src/voice/phones.ts';
import { exitingProgram } from './tiny-program.ts';

describe('flite', () => {
  let engine: Flite;
  before(async () => {
    engine = await Flite.load();
  });

  it('speaks, and knows when every sound ends', () => {
    const { samples, sampleRate, phones } = engine.say({ text: 'hello world.', voice: 'awb', stretch: 1 });
    expect(sampleRate).to.equal(16_000);
    expect(phones.map(({ phone }) => phone).join(' ')).to.equal('pau hh ax l ow w er l d pau');
    expect(phones.at(-1)?.end).to.be.closeTo(samples.length / sampleRate, 0.02);
    expect(Math.max(...samples)).to.be.above(0.05);
  });

  it('says the same text with the same samples every time', () => {
    const request = { text: 'the same again.', voice: 'rms', stretch: 1 };
    expect(engine.say(request)).to.deep.equal(engine.say(request));
  });

  it('speaks slower when stretched', () => {
    const length = (stretch: number): number =>
      engine.say({ text: 'one two three.', voice: 'slt', stretch }).samples.length;
    expect(length(1.5) / length(1)).to.be.closeTo(1.5, 0.05);
  });

  it('pronounces words as if each were alone, whatever company they are asked in', () => {
    const together = engine.pronounce(['hello', 'one thousand', 'the', 'hello']);
    expect(together[0]).to.deep.equal(['hh', 'ax', 'l', 'ow']);
    expect(together[3]).to.equal(together[0]);
    expect(together[1]?.join(' ')).to.match(/^w a[ah] n th aw z ax n d$/);
    expect(together.flat()).not.to.include(PAUSE);
    expect(engine.pronounce(['the'])[0]).to.equal(together[2]);
  });

  it('has no phones for nothing', () => {
    expect(engine.pronounce(['', 'a'])[0]).to.deep.equal([]);
  });

  it('says so when the engine fails or stays silent', () => {
    const request = { text: 'hello.', voice: 'awb', stretch: 1 };
    expect(() => new Flite(exitingProgram(3)).say(request)).to.throw('The voice engine ended with code 3');
    expect(() => new Flite(exitingProgram(0)).say(request)).to.throw('wrote no sound for "hello."');
  });
});
