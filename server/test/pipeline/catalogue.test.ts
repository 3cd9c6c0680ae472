import { Registry } from '@callsheet/discovery';
import { CallError, type JsonObject } from '@callsheet/protocol';
import { expect } from 'chai';
import { Catalogue } from '../../src/pipeline/catalogue.ts';
import { OfferedSchemas } from '../../src/pipeline/schemas.ts';
import { rowOf, serveOwnTools } from '../../src/workers/own-tools.ts';
import { FakeClock } from '../fake-clock.ts';
import { keptLog } from '../kept-log.ts';
import { catalogueOf, refusal, tool } from './tool-call.ts';

const catalogue = (...tools: Parameters<typeof tool>[0][]): Catalogue => catalogueOf(tools.map(tool));

const facts = (name: string, slots = 1): JsonObject => ({
  instanceId: name.padEnd(16, '-'),
  ...{ epoch: 1, name, version: '1.0.0', slots },
});

const link = { call: () => Promise.reject(new Error('not called here')) };

function house(clock: FakeClock, absenceMs = 0): { registry: Registry; served: Catalogue } {
  const registry = new Registry({ clock, log: keptLog() });
  return { registry, served: new Catalogue({ registry, schemas: new OfferedSchemas(), clock, absenceMs }) };
}

describe('the catalogue', () => {
  it('lists tools in the order of their names, with everything a caller must know', () => {
    const rows = catalogue(
      { name: 'b', execution: 'job' },
      { name: 'a', idempotent: true, cache: { ttlMs: 5, scope: 'public' } },
    ).list();
    expect(rows.map((row) => row.name)).to.deep.equal(['a', 'b']);
    expect(rows[0]?.annotations).to.deep.equal({
      idempotentHint: true,
      readOnlyHint: false,
      cacheTtlMs: 5,
      timeoutMs: 1_000,
    });
    expect(rows[1]).to.include({ execution: 'job', category: 'test' });
    expect(rows[1], 'what only the registry needs').to.not.have.any.keys('schemaHash', 'version');
  });

  it('finds nothing under the names every object inherits', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'nope']) {
      expect(() => catalogue({}).entry(name))
        .to.throw(CallError)
        .with.property('errorName', 'TOOL_NOT_FOUND');
    }
  });

  it('knows a tool for as long as somebody alive serves it, and one compiled entry for equal offers', () => {
    const clock = new FakeClock();
    const { registry, served } = house(clock);
    const first = registry.register(facts('one'), [rowOf(tool())], link);
    first.renew();
    const entry = served.entry('echo');
    const second = registry.register(facts('two'), [rowOf(tool())], link);
    second.renew();
    expect(served.entry('echo')).to.equal(entry);
    expect(served.list()).to.have.length(1);
    first.release('enough');
    expect(served.entry('echo')).to.equal(entry);
    second.release('enough');
    expect(served.list()).to.deep.equal([]);
    expect(() => served.entry('echo')).to.throw('Cannot find a tool named "echo"');
  });

  it('still knows a tool for a moment when its last worker has left, for that may be a restart', () => {
    const clock = new FakeClock();
    const { registry, served } = house(clock, 5_000);
    const lease = registry.register(facts('one'), [rowOf(tool())], link);
    lease.renew();
    const known = served.entry('echo');
    lease.release('it is restarted');
    expect(served.entry('echo')).to.equal(known);
    expect(served.list(), 'and it is not offered').to.deep.equal([]);
    clock.advance(4_999);
    expect(served.entry('echo')).to.equal(known);
    clock.advance(1);
    expect(() => served.entry('echo')).to.throw('Cannot find a tool named "echo"');
  });

  it('finds the version and the workers a caller asks for', () => {
    const { registry, served } = house(new FakeClock());
    const older = tool({ input: { type: 'object', properties: { older: { type: 'string' } } } });
    registry.register(facts('old', 8), [{ ...rowOf(older), version: '1.0.0' }], link).renew();
    registry.register({ ...facts('new'), tags: ['gpu'] }, [{ ...rowOf(tool()), version: '2.0.0' }], link).renew();
    expect(served.entry('echo').info.inputSchema).to.have.nested.property('properties.older');
    expect(served.entry('echo', { version: '^2.0.0' }).info.inputSchema).to.have.nested.property('properties.n');
    expect(served.entry('echo', { tags: ['gpu'] }).info.inputSchema).to.have.nested.property('properties.n');
    expect(() => served.entry('echo', { tags: ['tpu'] })).to.throw('as it is asked for');
    expect(() => served.entry('echo', { version: 'newest' })).to.throw('Cannot find a tool of the version "newest"');
  });

  it('holds a tool to its output schema, without telling what it answered', async () => {
    const { tool: entry } = catalogue({ output: { type: 'object', required: ['x'] } }).entry('echo');
    expect(() => entry.accept({ x: 1 })).to.not.throw();
    const answer = await refusal(new Promise(() => entry.accept({ secret: 1 })));
    expect(answer).to.include({ name: 'TOOL_FAILED' });
    expect(JSON.stringify(answer)).to.not.contain('secret');
  });

  it('refuses own tools with one name twice or a malformed name', () => {
    const registry = new Registry({ clock: new FakeClock(), log: keptLog() });
    expect(() => serveOwnTools(registry, [tool(), tool()])).to.throw('echo');
    expect(() => serveOwnTools(registry, [tool({ name: 'Bad-Name' })])).to.throw('Bad-Name');
  });
});

describe('schemas that come in at run time', () => {
  const offered = new OfferedSchemas();

  it('are compiled once however often they come, and say whose value does not fit', () => {
    const schema = { type: 'object', required: ['a'] };
    for (const subject of ['the arguments of "x"', 'the result of "y"']) {
      expect(() => offered.compile({ ...schema }, subject)({})).to.throw(`Cannot accept ${subject}`);
    }
  });

  it('are read as the specification has it: unknown words are annotations, and draft-07 is understood', () => {
    const loose = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'string',
      format: 'chord',
      'x-unit': 'ms',
    };
    expect(() => offered.compile(loose, 'it')('C#m')).to.not.throw();
    expect(() => offered.compile(loose, 'it')(1)).to.throw('must be string');
  });

  it('are refused when they are none, with the place', () => {
    expect(() => offered.compile({ type: 'objekt' }, 'the arguments of "x"'))
      .to.throw(CallError, 'Cannot use the schema of the arguments of "x"')
      .with.property('errorName', 'INVALID_PARAMS');
    expect(() => offered.compile({ $ref: '#/nowhere' }, 'it')).to.throw(CallError);
  });

  it('may bear one id several times: two workers do not know of each other', () => {
    const id = 'https://example.org/schema';
    offered.compile({ $id: id, type: 'string' }, 'it')('a');
    expect(() => offered.compile({ $id: id, type: 'number' }, 'it')(1)).to.not.throw();
  });
});
