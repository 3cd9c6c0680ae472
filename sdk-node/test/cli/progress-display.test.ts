import { expect } from 'chai';
import { ProgressDisplay } from '../../src/cli/progress-display.ts';
import { FakeOutput } from './fake-terminal.ts';

describe('progress on a terminal', () => {
  const onTerminal = (columns = 60) => {
    const out = new FakeOutput();
    out.isTTY = true;
    out.columns = columns;
    let time = 0;
    const display = new ProgressDisplay(out, () => time);
    return { out, display, at: (ms: number) => (time = ms) };
  };

  it('is one bar, redrawn in place and taken away at the end', () => {
    const { out, display } = onTerminal();
    display.show({ stage: 'render', fraction: 0.5, left: 11.2, message: 'frame 9' });
    expect(out.text).to.equal('\r\x1b[K▰▰▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱  50%  render  about 12 s left  frame 9'.slice(0, 4 + 59));
    display.end();
    expect(out.text.endsWith('\r\x1b[K')).to.equal(true);
    const length = out.text.length;
    display.end();
    expect(out.text).to.have.length(length);
  });

  it('is drawn at most ten times a second, except for a new stage and the end', () => {
    const { out, display, at } = onTerminal();
    const draws = (): number => out.text.split('\r').length - 1;
    for (let ms = 0; ms < 1_000; ms++) {
      at(ms);
      display.show({ stage: 'render', fraction: ms / 1_000 });
    }
    expect(draws()).to.equal(10);
    display.show({ stage: 'mix', fraction: 0.99 });
    display.show({ stage: 'mix', fraction: 1 });
    expect(draws()).to.equal(12);
  });

  it('never takes more than a line', () => {
    const { out, display } = onTerminal(30);
    display.show({ stage: 'a stage with a long name', fraction: 1, message: 'x'.repeat(200) });
    expect([...out.text].length - 4).to.equal(29);
  });
});

describe('progress elsewhere', () => {
  it('is a line for every stage and every tenth', () => {
    const out = new FakeOutput();
    const display = new ProgressDisplay(out, () => 0);
    for (let step = 0; step <= 100; step++)
      display.show({ stage: step < 50 ? 'voice' : 'render', fraction: step / 100 });
    const lines = out.text.trim().split('\n');
    expect(lines).to.have.length.within(10, 12);
    expect(lines[0]).to.equal('0.0s   0% voice');
    expect(lines.some((line) => line.includes('50% render'))).to.equal(true);
  });
});
