import { expect } from 'chai';
import fc from 'fast-check';
import { jsonFault } from '../../src/cli/json-fault.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Texts that are nearly JSON. */
const nearly = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    fc.constantFrom('', ',', '"', '}', ']', '{', ':', "'", '\\', '\n', '0', '-', 't', '\u2028'),
    fc.nat(2),
  )
  .map(([text, at, put, taken]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + put + text.slice(from + taken);
  });

describe('jsonFault', () => {
  const faults: [text: string, at: string, message: string][] = [
    ['', '1:1', 'expected a value, found the end of the text'],
    ['{', '1:2', 'expected a name in double quotes or "}", found the end of the text'],
    ['{"a":1,}', '1:8', 'expected a name in double quotes, found "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3', 'expected "," or "}", found "\\""'],
    ["{'a':1}", '1:2', `expected a name in double quotes or "}", found "'" (JSON has double quotes)`],
    ['{a:1}', '1:2', 'expected a name in double quotes or "}", found "a"'],
    ['{"a" 1}', '1:6', 'expected ":", found "1"'],
    ['[1 2]', '1:4', 'expected "," or "]", found "2"'],
    ['[1,]', '1:4', 'expected a value, found "]"'],
    ['[,]', '1:2', 'expected a value or "]", found ","'],
    ['[1}', '1:3', 'expected "," or "]", found "}"'],
    ['{} {}', '1:4', 'expected nothing more, found "{"'],
    ['01', '1:2', 'expected nothing more, found "1"'],
    ['"a', '1:3', 'the text ends inside a string'],
    ['"a\nb"', '1:3', 'found the end of the line inside a string; write it as an escape like "\\n"'],
    ['"a\tb"', '1:3', 'found U+0009 inside a string; write it as an escape like "\\n"'],
    ['{"p":"C:\\x"}', '1:9', 'found a backslash with "x" behind it; write "\\\\" for a backslash'],
    ['\r\n[nul]', '2:2', 'expected a value or "]", found "n"'],
    ['\u00a01', '1:1', 'expected a value, found U+00A0'],
    ['[\u{1f600}]', '1:2', 'expected a value or "]", found "\u{1f600}"'],
  ];
  for (const [text, at, message] of faults) {
    it(`finds the fault of ${JSON.stringify(text)} at ${at}`, () => {
      const fault = jsonFault(text);
      expect(`${fault?.line}:${fault?.column}`).to.equal(at);
      expect(fault?.message).to.equal(message);
      expect(parses(text)).to.equal(false);
    });
  }

  it('agrees with JSON.parse on what is JSON', () => {
    fc.assert(
      fc.property(fc.oneof(nearly, fc.json(), fc.string()), (text) => {
        expect(jsonFault(text) === undefined).to.equal(parses(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds nothing wrong before the fault: what stands there can be made JSON', () => {
    fc.assert(
      fc.property(
        nearly.filter((text) => !parses(text)),
        (text) => {
          const fault = jsonFault(text) ?? expect.fail();
          const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
          const before =
            lines.slice(0, fault.line - 1).join('') + (lines[fault.line - 1] ?? '').slice(0, fault.column - 1);
          const next = jsonFault(before);
          // Cut off there, only the end is amiss, if anything is.
          if (next !== undefined) expect(next.message).to.match(/found the end of the text|ends inside a string/);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('takes a text that is nested deeper than the stack', () => {
    const deep = '['.repeat(200_000);
    expect(jsonFault(deep)).to.deep.include({ line: 1, column: 200_001 });
    expect(jsonFault(deep + ']'.repeat(200_000))).to.equal(undefined);
    expect(jsonFault(`"${'a\\n'.repeat(200_000)}"`)).to.equal(undefined);
  });
});
