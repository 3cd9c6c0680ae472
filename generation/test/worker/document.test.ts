import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { helpText } from '../../src/worker/help.ts';

describe('docs/callsheet-worker.md', () => {
  it('shows the help as the command prints it', () => {
    const document = readFileSync(new URL('../../../docs/callsheet-worker.md', import.meta.url), 'utf8');
    expect(document).to.include(`\`\`\`\n${helpText()}\`\`\`\n`);
  });
});
