import { expect } from 'chai';
import fc from 'fast-check';
import { readScenes, UnreadableScript, withoutThinking } from '../../src/script/model-answer.ts';

describe('the answer of a model', () => {
  it('is read through thinking aloud, fences and chatter', () => {
    const answer =
      '<think>{"scenes":[]} hmm</think>Sure!\n```json\n{"scenes":[{"title":"Reefs","text":"They grow."}]}\n```\nEnjoy!';
    expect(readScenes(answer)).to.eql([{ title: 'Reefs', text: 'They grow.' }]);
  });

  it('may be a bare array of texts', () => {
    expect(readScenes('["One.","Two."]')).to.eql([{ text: 'One.' }, { text: 'Two.' }]);
  });

  it('loses markdown, speaker labels, emoji and control characters', () => {
    const text = '**Narrator:** # The `sea`\\u0007 is 🐠 _blue_.';
    expect(readScenes(`{"scenes":[{"text":"${text}"}]}`)).to.eql([{ text: 'The sea is blue.' }]);
  });

  it('is refused with a reason when it is no script', () => {
    const reasons: [string, RegExp][] = [
      ['no json here', /no JSON/u],
      ['{"scenes":[{"text":"x"}', /not valid JSON/u],
      ['{"text":"x"}', /no array "scenes"/u],
      ['{"scenes":[]}', /empty/u],
      ['{"scenes":[{"text":"  "}]}', /scene 1 has no "text"/u],
      [`{"scenes":[{"text":"${'a'.repeat(5001)}"}]}`, /longer than 5000/u],
      [`{"scenes":[${Array(31).fill('"a"').join(',')}]}`, /31 scenes/u],
    ];
    for (const [answer, reason] of reasons) expect(() => readScenes(answer), answer).to.throw(UnreadableScript, reason);
  });

  it('drops a thought that never ends', () => {
    expect(withoutThinking('Yes <thinking>and so on')).to.equal('Yes');
  });

  it('is either read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (answer) => {
        try {
          expect(readScenes(answer).every(({ text }) => text !== '')).to.equal(true);
        } catch (error) {
          expect(error).to.be.instanceOf(UnreadableScript);
        }
      }),
    );
  });
});
