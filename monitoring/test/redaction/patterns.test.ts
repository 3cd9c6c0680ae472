import { expect } from 'chai';
import * as headers from '../../src/redaction/header-shapes.ts';
import { KnownSecrets } from '../../src/redaction/known-secrets.ts';
import * as links from '../../src/redaction/link-shapes.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import * as tokens from '../../src/redaction/token-shapes.ts';
import { verdictOf } from './pattern-verdict.ts';

const named = Object.entries({ ...headers, ...links, ...tokens }).filter(
  (entry): entry is [string, RegExp] => entry[1] instanceof RegExp && entry[0] !== 'TOKEN',
);
const shapes = tokens.TOKEN_SHAPES.map((pattern): [string, RegExp] => [pattern.source, pattern]);

describe('A pattern of the redactor', () => {
  for (const [name, pattern] of [...named, ...shapes]) {
    it(`takes linear time: ${name}`, () => {
      const verdict = verdictOf(pattern.source, pattern.flags);
      expect(verdict.status === 'safe' && verdict.complexity.type).to.be.oneOf(['safe', 'linear']);
    });
  }

  it('reads hostile texts once: the work grows with their length', () => {
    const redactor = new Redactor({ secrets: ['aaaaaaaaaaaaaaab'] });
    const steps = [
      'eyJ',
      'eyJa.',
      'a',
      '-----BEGIN PRIVATE KEY',
      '-----BEGIN PRIVATE KEY-----',
      '://',
      '?a=',
      '?key=',
      '"a":"',
    ];
    const more = [
      '"key":"\\',
      'bearer ',
      'basic =',
      'CALLSHEET-HMAC-SHA256 ',
      'sig=',
      '\\u0061',
      '%C3',
      '\\\\',
      'x-api-key:',
    ];
    for (const step of [...steps, ...more]) {
      const text = step.repeat(Math.ceil(400_000 / step.length));
      // Quadratic work on a text of this length takes minutes, and the test its time.
      expect(redactor.shapes(text)).to.be.a('string');
      expect(redactor.text(text)).to.be.a('string');
    }
  });
});

describe('Known secrets', () => {
  it('are taken by their letters, not as patterns', () => {
    const known = new KnownSecrets();
    known.add(['a.c[d]e*f|g', 'short']);
    expect(known.in('xx a.c[d]e*f|g xx')).to.equal(true);
    expect(known.in('xx abc[d]e*f|g xx')).to.equal(false);
    expect(known.in('short and short and short')).to.equal(false);
  });
});
