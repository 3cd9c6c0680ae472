import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const root = new URL('../../../', import.meta.url);
const document = readFileSync(new URL('docs/architecture.md', root), 'utf8');

describe('docs/architecture.md', () => {
  it('names only files and folders that exist', () => {
    const named = [
      ...document.matchAll(
        /\b(?:protocol|sdk-core|sdk-browser|sdk-node|generation|discovery|monitoring|server|examples|benchmarks)\/[\w./-]*/g,
      ),
    ];
    const paths = new Set(named.map(([path]) => path));
    expect(paths.size).to.be.greaterThan(20);
    expect([...paths].filter((path) => !existsSync(new URL(path, root)))).to.deep.equal([]);
  });

  it('draws arrows between rooms that are the arrows of their packages', () => {
    const rooms = [...document.matchAll(/^(\w[\w-]*)\/ .*→ (.+)$/gm)];
    expect(rooms).to.have.length(10);
    for (const [, room = '', arrows = ''] of rooms) {
      if (arrows === 'public entries only') continue;
      const { dependencies = {} } = JSON.parse(readFileSync(new URL(`${room}/package.json`, root), 'utf8'));
      const ours = Object.keys(dependencies)
        .filter((name) => name.startsWith('@callsheet/'))
        .map((name) => name.slice('@callsheet/'.length));
      expect(ours, room).to.have.members(arrows === 'nothing of ours' ? [] : arrows.split(', '));
    }
  });
});
