import { expect } from 'chai';
import { createGeneration } from '../../src/index.ts';
import { type IntakeOptions, intakeRules } from '../../src/intake/intake-options.ts';

describe('the options of the intake', () => {
  it('are strict when nothing is said', () => {
    const { policy, maxBytes } = intakeRules();
    expect([policy.allowHttp, policy.allowPrivate.size, maxBytes]).to.eql([false, 0, 536_870_912]);
  });

  it('know the addresses of this machine, and its own names where they were allowed', async () => {
    const { policy } = intakeRules({ allowPrivate: ['localhost:9000'] });
    expect(policy.ownAddresses()).to.include('127.0.0.1');
    expect(await policy.lookup('localhost')).to.satisfy((all: string[]) =>
      all.some((one) => /^(127\.|::1)/u.test(one)),
    );
  });

  it('read pairs of host and port in the spelling of URLs', () => {
    const { policy } = intakeRules({ allowPrivate: ['Media.Internal:9000', '[0::1]:80', '127.1:8080'] });
    expect([...policy.allowPrivate]).to.eql(['media.internal:9000', '[::1]:80', '127.0.0.1:8080']);
  });

  it('are refused at the door when they cannot be used', () => {
    const wrong: [unknown, RegExp][] = [
      [{ allowHttp: 'yes' }, /"intake.allowHttp" is "yes"; give true or false/u],
      [{ allowPrivate: '127.0.0.1:80' }, /"intake.allowPrivate"/u],
      [{ allowPrivate: ['ok:1', 'media.internal'] }, /"intake.allowPrivate\[1\]" is "media.internal"/u],
      [{ allowPrivate: ['media.internal:0'] }, /allowPrivate\[0\]/u],
      [{ allowPrivate: ['media.internal:65536'] }, /allowPrivate\[0\]/u],
      [{ allowPrivate: ['http://media.internal:80'] }, /allowPrivate\[0\]/u],
      [{ allowPrivate: ['user@media.internal:80'] }, /allowPrivate\[0\]/u],
      [{ allowPrivate: ['exa%mple:80'] }, /allowPrivate\[0\]/u],
      [{ maxBytes: 0 }, /"intake.maxBytes" is "0"/u],
      [{ maxBytes: 536_870_913 }, /536870912/u],
      [{ maxBytes: 1.5 }, /"intake.maxBytes"/u],
      [{ lookup: '127.0.0.1' }, /"intake.lookup"/u],
    ];
    for (const [intake, message] of wrong) {
      const options = { ollama: { detect: false }, intake: intake as IntakeOptions };
      expect(() => createGeneration(options), JSON.stringify(intake)).to.throw(TypeError, message);
    }
  });
});
