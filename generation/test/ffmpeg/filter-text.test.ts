import { expect } from 'chai';
import fc from 'fast-check';
import { filterText } from '../../src/ffmpeg/filter-text.ts';

/** What ffmpeg's token reader does: a backslash keeps the next character, a bare stop character ends the token. */
function readToken(text: string, stops: string): { token: string; rest: string } {
  let token = '';
  let at = 0;
  while (at < text.length && !stops.includes(text.charAt(at))) {
    expect(text.charAt(at), 'an unescaped quote opens a quotation').not.to.equal("'");
    expect(/\s/.test(text.charAt(at)), 'bare white space is trimmed').to.equal(false);
    if (text.charAt(at) === '\\') at += 1;
    token += text.charAt(at);
    at += 1;
  }
  return { token, rest: text.slice(at) };
}

describe('text inside a filter graph', () => {
  it('leaves plain paths alone', () => {
    expect(filterText('/tmp/job-1/captions.ass')).to.equal('/tmp/job-1/captions.ass');
  });

  it('escapes what either parser would act on', () => {
    expect(filterText("C:\\it's,[x]")).to.equal("C\\\\:\\\\\\\\it\\\\\\'s\\,\\[x\\]");
  });

  it('stands for itself after both parsers have read it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab/\\:',;[]= \n\té{}") }), (value) => {
        const graph = readToken(filterText(value), '[],;\n');
        expect(graph.rest).to.equal('');
        expect(readToken(graph.token, ':')).to.deep.equal({ token: value, rest: '' });
      }),
    );
  });
});
