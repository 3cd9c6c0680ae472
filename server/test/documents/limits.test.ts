import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ALL } from '../../src/config/directory.ts';
import { BEYOND, limitsDocument } from '../../src/config/limits-document.ts';

describe('docs/limits.md', () => {
  it('is what the settings say; run "npm run docs" after changing them', () => {
    const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
    expect(page).to.equal(limitsDocument());
  });

  it('says of every bound what is beyond it, and of nothing that is none', () => {
    const bounds = ALL.filter(({ section, path }) => section === 'limits' || section === 'rate' || BEYOND[path]);
    expect(Object.keys(BEYOND)).to.have.members(bounds.map(({ path }) => path));
  });
});
