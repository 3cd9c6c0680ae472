import { expect } from 'chai';
import fc from 'fast-check';
import { BatchAnswer } from '../../src/session/batch-answer.ts';

function collect(missing: number, most: number) {
  const sent: string[] = [];
  return { sent, batch: new BatchAnswer(missing, most, (text) => sent.push(text)) };
}

describe('the answer of a batch', () => {
  it('leaves when the last member has its answer, once, in the order they came', () => {
    const { batch, sent } = collect(2, 1_000);
    batch.add(2, '{"id":2}');
    expect(sent).to.deep.equal([]);
    batch.add(1, '{"id":1}');
    expect(sent).to.deep.equal(['[{"id":2},{"id":1}]']);
  });

  it('says OVERLOADED to the members beyond its bound, each under its own id', () => {
    const { batch, sent } = collect(3, 20);
    batch.add('a', '"0123456789"');
    batch.add('b', '"0123456789"');
    batch.add('c', '"x"');
    const [first, second, third] = JSON.parse(sent[0] ?? '');
    expect(first).to.equal('0123456789');
    expect(second).to.deep.include({ id: 'b' }).and.have.nested.property('error.data.name', 'OVERLOADED');
    expect(second).to.have.nested.property('error.data.maybeExecuted', true);
    expect(third).to.have.nested.property('error.code', 5030);
  });

  it('never holds more than its bound and a short error for each member', () => {
    const lengths = fc.array(fc.nat(200), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 500 }), (all, most) => {
        const { batch, sent } = collect(all.length, most);
        for (const [id, length] of all.entries()) batch.add(id, JSON.stringify('x'.repeat(length)));
        expect(JSON.parse(sent[0] ?? '')).to.have.length(all.length);
        expect(sent[0]?.length).to.be.at.most(most + all.length * 400);
      }),
    );
  });
});
