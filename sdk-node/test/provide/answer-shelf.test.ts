import { expect } from 'chai';
import { AnswerShelf, type FinishedAnswer } from '../../src/provide/answer-shelf.ts';

const answer = (id: string, text = 'x'): FinishedAnswer => ({ id, job: undefined, text, carrier: undefined });
const ids = (shelf: AnswerShelf): string[] => [...shelf.held()].map(({ id }) => id);

describe('answers that are kept', () => {
  it('are bounded in number: the oldest is forgotten', () => {
    const shelf = new AnswerShelf({ most: 2, mostBytes: 1_000 });
    for (const id of ['a', 'b', 'c']) shelf.put(answer(id));
    expect(ids(shelf)).to.deep.equal(['b', 'c']);
    expect(shelf.size).to.equal(2);
  });

  it('are bounded in size, and one that is too large alone is not kept', () => {
    const shelf = new AnswerShelf({ most: 10, mostBytes: 10 });
    shelf.put(answer('a', '12345'));
    shelf.put(answer('b', '12345'));
    shelf.put(answer('c', '1'));
    expect(ids(shelf)).to.deep.equal(['b', 'c']);
    shelf.put(answer('d', '12345678901'));
    expect(ids(shelf)).to.deep.equal([]);
  });

  it('make room when they are taken', () => {
    const shelf = new AnswerShelf({ most: 10, mostBytes: 10 });
    for (let at = 0; at < 100; at++) {
      shelf.put(answer(`a${at}`, '1234567890'));
      expect(shelf.take(`a${at}`)).to.deep.include({ id: `a${at}` });
    }
    expect(shelf.take('a1')).to.equal(undefined);
    shelf.put(answer('last', '1234567890'));
    expect(ids(shelf)).to.deep.equal(['last']);
  });

  it('count once when they are put twice', () => {
    const shelf = new AnswerShelf({ most: 10, mostBytes: 10 });
    shelf.put(answer('a', '123456'));
    shelf.put(answer('a', '1234567'));
    expect(ids(shelf)).to.deep.equal(['a']);
  });
});
