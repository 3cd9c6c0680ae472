import type { AssetFacts } from '@callsheet/protocol';
import { expect } from 'chai';
import { checkProject, readFacts } from '../../src/assets/facts.ts';
import { VIDEO } from './house.ts';

function refusal(change: Record<string, unknown>): string {
  try {
    readFacts({ ...VIDEO, ...change } as AssetFacts);
  } catch (error) {
    return error instanceof Error && 'errorName' in error ? `${error.errorName}: ${error.message}` : String(error);
  }
  return 'no refusal';
}

describe('asset facts', () => {
  it('are copied field by field; what is not a fact stays behind', () => {
    const params = { prompt: 'rain', seeds: [1, 2] };
    const given = { ...VIDEO, width: 1080, params, owner: 'key:mallory', asset_id: 'x', model: undefined };
    const facts = readFacts(given as unknown as AssetFacts);
    expect(facts).to.deep.equal({ ...VIDEO, width: 1080, params });
    expect(facts.params).not.to.equal(params);
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ['kind', 'film'],
    ['kind', '__proto__'],
    ['kind', undefined],
    ['mime', 'video'],
    ['mime', 'video/mp4\r\nSet-Cookie: a=b'],
    ['mime', 'text/plain; charset="a'],
    ['extension', '.mp4'],
    ['extension', '../x'],
    ['extension', 'mp4\n'],
    ['extension', 'MP4'],
    ['extension', ''],
    ['provider', ''],
    ['provider', 7],
    ['model', 'x'.repeat(201)],
    ['width', -1],
    ['duration', Number.NaN],
    ['fps', '30'],
    ['parents', ['../etc']],
    ['parents', 'ast_1'],
    ['intermediate', 'yes'],
  ];
  for (const [field, value] of wrong) {
    it(`refuse ${field} ${JSON.stringify(value)?.slice(0, 40)}, naming the field`, () => {
      expect(refusal({ [field]: value })).to.match(new RegExp(`^INVALID_PARAMS: .*"${field}" is .*; expected`, 's'));
    });
  }

  it('take a charset with the media type', () => {
    expect(refusal({ mime: 'text/vtt; charset=utf-8' })).to.equal('no refusal');
  });

  it('refuse parameters that are not JSON or fill the record', () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect(refusal({ params: loop })).to.match(/^INVALID_PARAMS: .*"params" is not JSON/);
    expect(refusal({ params: { text: 'x'.repeat(300_000) } })).to.match(/^REQUEST_TOO_LARGE: /);
  });
});

describe('a project name', () => {
  it('is one plain path segment', () => {
    for (const good of ['demo', 'A', '2026-spring_v1.2', 'x'.repeat(64)]) checkProject(good);
    const bad = ['', '.', '..', '.blobs', '-x', 'a/b', 'a\\b', 'a b', 'a\n', 'a\0', 'é', '%2e', 'x'.repeat(65)];
    for (const name of bad) {
      expect(() => checkProject(name), JSON.stringify(name)).to.throw(`Cannot use the project`);
    }
  });
});
