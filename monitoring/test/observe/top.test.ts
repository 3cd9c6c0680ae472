import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { TopCallers } from '../../src/observe/top.ts';
import { observing } from './observing.ts';
import { request, run } from './told.ts';

describe('the heaviest callers', () => {
  const observe = observing();
  const by = (id: string) => request({ principal: { id, role: 'user', scopes: [] } });

  it('are found by calls and by errors', () => {
    const top = new TopCallers();
    observe({}, { top });
    for (let nth = 0; nth < 5; nth++) run(by('ada'));
    for (let nth = 0; nth < 2; nth++) run(by('bob'), { error: new CallError('INTERNAL') });
    run(by('eve'));
    expect(top.byCalls(2)).to.deep.equal([
      { principal: 'ada', count: 5, error: 0 },
      { principal: 'bob', count: 2, error: 0 },
    ]);
    expect(top.byErrors()).to.deep.equal([{ principal: 'bob', count: 2, error: 0 }]);
  });

  it('are not counted for what tools call in their name, nor are those nobody knows', () => {
    const top = new TopCallers();
    observe({}, { top });
    run(request({ transport: 'internal' }));
    run({ ...request(), principal: undefined });
    expect(top.byCalls()).to.deep.equal([]);
  });

  it('are known among more callers than there is room for', () => {
    const top = new TopCallers(10);
    observe({}, { top });
    for (let nth = 0; nth < 1000; nth++) {
      run(by(`passer-by-${nth}`));
      run(by('ada'));
    }
    expect(top.byCalls(1000)).to.have.length(10);
    const [first] = top.byCalls();
    expect(first?.principal).to.equal('ada');
    expect(first?.count).to.be.at.least(1000);
    expect((first?.count ?? 0) - (first?.error ?? 0)).to.be.at.most(1000);
  });

  it('are never labels', () => {
    const seen = observe({}, { top: new TopCallers() });
    run(by('somebody-special'));
    const values = [...seen.registry.families()].flatMap((family) =>
      [...family.series()].flatMap((one) => one.labelValues),
    );
    expect(values).to.not.include('somebody-special');
  });
});
