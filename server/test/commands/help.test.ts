import { expect } from 'chai';
import { helpText } from '../../src/commands/help.ts';
import { COMMANDS } from '../../src/commands/table.ts';

describe('the help', () => {
  it('names every command in one line each, and what every command takes', () => {
    const text = helpText(COMMANDS, '');
    for (const { words, summary } of COMMANDS)
      expect(text).to.contain(`callsheet-server ${words}`).and.contain(summary);
    expect(text).to.contain('--data-dir DIR').and.contain('keys revoke KID').and.not.contain('--scope');
  });

  it('tells of a family of commands what each takes', () => {
    const text = helpText(COMMANDS, 'keys');
    expect(text).to.contain('keys create:\n').and.contain('--scope SCOPE …').and.contain('--grace-hours N');
    expect(text).to.not.contain('config print');
  });

  it('tells of one command only what it takes', () => {
    const text = helpText(COMMANDS, 'keys rotate');
    expect(text).to.contain('keys rotate KID').and.contain('--grace-hours N').and.not.contain('--scope');
  });

  it('fits on a screen, whatever the command', () => {
    for (const { words } of COMMANDS) {
      for (const line of helpText(COMMANDS, words).split('\n')) expect(line.length, line).to.be.at.most(130);
    }
  });
});
