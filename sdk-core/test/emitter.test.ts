import { expect } from 'chai';
import { Emitter } from '../src/emitter.ts';
import { uncaught } from './uncaught.ts';

describe('events', () => {
  it('reach every listener, even behind one that throws, and its error is not hidden', async () => {
    const events = new Emitter<{ tick: number }>();
    const heard: number[] = [];
    events.on('tick', () => {
      throw new Error('careless');
    });
    events.on('tick', (value) => heard.push(value));
    const errors = await uncaught(() => events.emit('tick', 7));
    expect(heard).to.deep.equal([7]);
    expect(errors.map(String)).to.deep.equal(['Error: careless']);
  });

  it('added twice are heard twice, and each is removed on its own', () => {
    const events = new Emitter<{ tick: number }>();
    const heard: number[] = [];
    const listener = (value: number): number => heard.push(value);
    const first = events.on('tick', listener);
    events.on('tick', listener);
    events.emit('tick', 1);
    first();
    first();
    events.emit('tick', 2);
    expect(heard).to.deep.equal([1, 1, 2]);
  });
});
