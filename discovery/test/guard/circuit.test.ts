import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Circuit } from '../../src/guard/circuit.ts';
import type { GuardState } from '../../src/guard/guard.ts';

describe('The circuit around opossum', () => {
  const states: GuardState[] = [];
  let rotation: EventEmitter;
  let circuit: Circuit;

  beforeEach(() => {
    states.length = 0;
    rotation = new EventEmitter();
    circuit = new Circuit('w0', rotation, (state) => states.push(state));
  });

  it('goes round and tells every state once, while it enters it', () => {
    circuit.open();
    circuit.open();
    circuit.halfOpen();
    circuit.open();
    circuit.halfOpen();
    circuit.close();
    expect(states).to.deep.equal(['open', 'half-open', 'open', 'half-open', 'closed']);
    expect(circuit.state).to.equal('closed');
  });

  it('becomes half-open from open alone', () => {
    circuit.halfOpen();
    expect(circuit.state).to.equal('closed');
    circuit.open();
    circuit.halfOpen();
    circuit.halfOpen();
    expect(states).to.deep.equal(['open', 'half-open']);
  });

  it('arms no timer of the real clock, whatever it goes through', () => {
    const { setTimeout: realTimeout, setInterval: realInterval } = globalThis;
    let armed = 0;
    const counting = (() => ++armed) as unknown as typeof setTimeout;
    Object.assign(globalThis, { setTimeout: counting, setInterval: counting });
    try {
      const watched = new Circuit('w1', rotation, () => undefined);
      watched.open();
      watched.halfOpen();
      watched.open();
      watched.halfOpen();
      watched.close();
      watched.shutdown();
    } finally {
      Object.assign(globalThis, { setTimeout: realTimeout, setInterval: realInterval });
    }
    expect(armed).to.equal(0);
  });

  it('hangs on the shared rotation once, and not at all after shutdown', () => {
    circuit.open();
    circuit.halfOpen();
    expect(rotation.listenerCount('rotate')).to.equal(1);
    circuit.shutdown();
    expect(rotation.listenerCount('rotate')).to.equal(0);
  });
});
