import { expect } from 'chai';
import { readTools } from '../../src/registry/read-tools.ts';
import { facts, link, refusalOf, registryUnderTest, tool } from './introductions.ts';

describe('what a worker offers', () => {
  it('is read with the defaults of what it leaves out', () => {
    expect(readTools([{ name: 'hum', inputSchema: { type: 'object' } }], '2.1.0')).to.deep.equal([
      {
        name: 'hum',
        version: '2.1.0',
        title: 'hum',
        description: '',
        category: 'other',
        inputSchema: { type: 'object' },
        outputSchema: {},
        execution: 'call',
        annotations: { idempotentHint: false, readOnlyHint: false, timeoutMs: 60_000 },
      },
    ]);
  });

  it('may have versions of its own, and remember answers', () => {
    const annotations = { cacheTtlMs: 5_000 };
    const [read] = readTools([tool('hum', { version: '3.0.0-beta.1', annotations })], '1.0.0');
    expect(read).to.deep.include({ version: '3.0.0-beta.1' });
    expect(read?.annotations.cacheTtlMs).to.equal(5_000);
  });

  for (const [field, values] of Object.entries({
    name: [undefined, '', 'Hum', '1st', 'a-b', 'x'.repeat(65), '__proto__'],
    version: ['1', 'latest', 2],
    title: [7, 'x'.repeat(129)],
    description: [null, 'x'.repeat(8_193)],
    category: ['', 'two words'],
    inputSchema: [undefined, null, true, 'object', [{}]],
    outputSchema: [null, false, []],
    execution: ['batch', 1],
    annotations: ['idempotent', { idempotentHint: 1 }, { timeoutMs: 0 }, { timeoutMs: 86_400_001 }, { cacheTtlMs: -1 }],
  })) {
    it(`is refused when ${field} is wrong, with the tool and the wish`, () => {
      for (const value of values) {
        const refused = refusalOf(() => readTools([tool('good'), { ...tool('bad'), [field]: value }], '1.0.0'));
        expect(refused.errorName).to.equal('INVALID_PARAMS');
        expect(refused.message).to.match(new RegExp(`"/tools/1/${field}(/\\w+)?" is .+; (use|send) `));
      }
    });
  }

  it('is one to a thousand tools, each once', () => {
    const tools = Array.from({ length: 1_001 }, (_, at) => tool(`tool_${at}`));
    expect(readTools(tools.slice(0, 1_000), '1.0.0')).to.have.length(1_000);
    expect(refusalOf(() => readTools(tools, '1.0.0')).message).to.contain('offer at most 1000 tools');
    expect(refusalOf(() => readTools([], '1.0.0')).message).to.contain('offer at least one tool');
    expect(refusalOf(() => readTools([tool('a'), tool('a')], '1.0.0')).message).to.contain('offer each tool once');
    expect(refusalOf(() => readTools({ 0: tool() }, '1.0.0')).message).to.contain('send an array of tools');
  });

  it('is refused when a schema holds what is no JSON, or nests too deep', () => {
    const { registry } = registryUnderTest();
    const deep = JSON.parse(`${'{"a":'.repeat(70)}1${'}'.repeat(70)}`);
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const inputSchema of [deep, cyclic, { f: () => 1 }, { n: 1n }, { x: Number.NaN }]) {
      const refused = refusalOf(() => registry.register(facts(), [tool('hum', { inputSchema })], link()));
      expect(refused.errorName).to.equal('INVALID_PARAMS');
      expect(refused.message).to.match(/^Cannot offer the tool "hum": it .+; send schemas that are plain JSON$/);
    }
    expect(registry.size).to.equal(0);
  });
});
