import { expect } from 'chai';
import { Caller } from './caller.ts';
import { ADMIN, type Target } from './target.ts';

/** Somebody who only wants to work, on a connection opened before the attacks begin; asked after every one of them. */
export function useBystander(target: () => Target): () => Caller {
  let bystander: Caller | undefined;
  const get = (): Caller => {
    if (bystander === undefined) throw new Error('there is no bystander yet: ask inside a test');
    return bystander;
  };
  before(async () => {
    bystander = await Caller.open(target(), { key: ADMIN, address: '198.51.100.1' });
  });
  afterEach('a bystander is still answered, and the process lives', async () => {
    expect((await get().ask('ping')).result).to.deep.equal({});
    expect(target().running.child.exitCode, 'the process').to.equal(null);
  });
  after(() => bystander?.cut());
  return get;
}
