import { expect } from 'chai';
import fc from 'fast-check';
import { Fleet } from '../../src/guard/fleet.ts';
import type { Standing } from '../../src/guard/guard.ts';

const RULES = { mostOut: 0.5, panicAt: 0.5 };

function fleetOf(size: number, onChange?: (available: readonly string[]) => void): Fleet<string> {
  const fleet = new Fleet<string>(RULES, onChange);
  for (let n = 0; n < size; n++) fleet.add(`w${n}`);
  return fleet;
}

describe('A fleet', () => {
  it('leaves out who is out, and keeps who is on trial', () => {
    const fleet = fleetOf(5);
    fleet.stand('w1', 'out');
    fleet.stand('w3', 'trial');
    expect([...fleet.available()].sort()).to.deep.equal(['w0', 'w2', 'w3', 'w4']);
    expect(fleet.out).to.equal(2);
  });

  it('uses everybody from the moment half of it is out, and no more when one is back', () => {
    const fleet = fleetOf(10);
    for (const id of ['w0', 'w1', 'w2', 'w3']) fleet.stand(id, 'out');
    expect(fleet.panic).to.equal(false);
    expect(fleet.available()).to.have.length(6);
    fleet.stand('w4', 'out');
    expect(fleet.panic).to.equal(true);
    expect(fleet.available()).to.have.length(10);
    fleet.stand('w4', 'trial');
    expect(fleet.panic).to.equal(true);
    fleet.stand('w4', 'in');
    expect(fleet.panic).to.equal(false);
    expect(fleet.available()).to.have.length(6);
  });

  it('has room until half of it is out; one on its own is never put out', () => {
    const fleet = fleetOf(5);
    fleet.stand('w0', 'out');
    expect(fleet.hasRoom).to.equal(true);
    fleet.stand('w1', 'out');
    expect(fleet.hasRoom).to.equal(false);
    expect(fleetOf(1).hasRoom).to.equal(false);
    expect(fleetOf(0).panic).to.equal(false);
  });

  it('tells of changes of the list, and of nothing else', () => {
    const told: string[] = [];
    const fleet = fleetOf(4, (available) => told.push(available.join(' ')));
    told.length = 0;
    fleet.stand('w0', 'in');
    fleet.stand('stranger', 'out');
    fleet.remove('stranger');
    fleet.stand('w0', 'trial');
    expect(told).to.deep.equal([]);
    fleet.stand('w0', 'out');
    fleet.stand('w1', 'out');
    // In a panic the list does not change with who is out.
    fleet.stand('w2', 'out');
    fleet.add('w0', 'in');
    fleet.remove('w2');
    expect(told).to.deep.equal(['w3 w1 w2', 'w0 w1 w2 w3', 'w3 w0']);
  });

  it('equals at every step a list made anew', () => {
    const standing = fc.constantFrom<Standing>('in', 'trial', 'out');
    const step = fc.record({ id: fc.nat(7), act: fc.constantFrom('add', 'remove', 'stand'), standing });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const model = new Map<number, Standing>();
        let heard: readonly number[] = [];
        const fleet = new Fleet<number>(RULES, (available) => {
          heard = [...available];
        });
        for (const { id, act, standing } of steps) {
          if (act === 'add') {
            fleet.add(id, standing);
            model.set(id, standing);
          } else if (act === 'remove') {
            fleet.remove(id);
            model.delete(id);
          } else {
            fleet.stand(id, standing);
            if (model.has(id)) model.set(id, standing);
          }
          const out = [...model.values()].filter((stands) => stands !== 'in').length;
          const panic = out > 0 && out * 2 >= model.size;
          const expected = [...model].filter(([, stands]) => panic || stands !== 'out').map(([member]) => member);
          expect([...fleet.available()].sort()).to.deep.equal(expected.sort());
          expect([...heard].sort()).to.deep.equal(expected);
          expect([fleet.size, fleet.out, fleet.panic]).to.deep.equal([model.size, out, panic]);
          expect(fleet.available().length === 0).to.equal(model.size === 0);
        }
      }),
    );
  });
});
