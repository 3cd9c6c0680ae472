import { expect } from 'chai';
import { Outbox } from '../../src/session/outbox.ts';
import type { Wire } from '../../src/session/wire.ts';

function box(flushAt: number) {
  const written: string[] = [];
  const later: (() => void)[] = [];
  const wire: Wire = {
    transport: 'websocket',
    send: (text) => void written.push(text),
    cork: () => void written.push('('),
    uncork: () => void written.push(')'),
    close: () => {},
    identified: () => {},
    carry: () => {},
  };
  const outbox = new Outbox(wire, 3, flushAt, (flush) => later.push(flush));
  return { outbox, written, turn: () => later.splice(0).forEach((flush) => void flush()) };
}

describe('an outbox', () => {
  it('writes what became ready in one turn at once, corked or as arrays of at most so many', () => {
    const { outbox, written, turn } = box(1_000);
    for (const text of ['1', '2']) outbox.push(text);
    expect(written).to.deep.equal([]);
    turn();
    expect(written.splice(0)).to.deep.equal(['(', '1', '2', ')']);
    outbox.coalesce = true;
    for (const text of ['1', '2', '3', '4']) outbox.push(text);
    turn();
    expect(written).to.deep.equal(['[1,2,3]', '[4]']);
  });

  it('does not wait for the end of the turn with more than a peer may leave unread', () => {
    const { outbox, written, turn } = box(10);
    outbox.push('x'.repeat(4));
    expect(written).to.deep.equal([]);
    outbox.push('y'.repeat(6));
    expect(written.splice(0)).to.deep.equal(['(', 'xxxx', 'yyyyyy', ')']);
    outbox.push('z');
    turn();
    expect(written, 'what came after waits for its turn, once').to.deep.equal(['z']);
  });
});
