import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { settingsDocument } from '../../src/config/document.ts';

describe('docs/settings.md', () => {
  it('is what the settings say; run "npm run docs" after changing them', () => {
    const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
    expect(page).to.equal(settingsDocument());
  });
});
