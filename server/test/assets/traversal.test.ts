import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ANN, openGate, VIDEO } from './house.ts';
import { getRaw, sendRaw } from './raw-http.ts';

const SECRET = 'TOP-SECRET';
const OWNER = `X-Test-Principal: ${ANN.id}`;

/** Attacks on a listening server, byte for byte, by somebody who may read her own files and wants more. */
describe('an attacker at /assets', () => {
  let gate: Awaited<ReturnType<typeof openGate>>;
  let id = '';
  let sha256 = '';
  beforeEach(async () => {
    gate = await openGate();
    const asset = await gate.portOf(ANN).put(Buffer.from('mine'), VIDEO);
    ({ asset_id: id, sha256 } = asset);
    await writeFile(join(gate.root, '..', 'secret.txt'), SECRET);
    await writeFile(join(gate.root, 'secret.mp4'), SECRET);
  });
  afterEach(() => gate.remove());

  const targets = (): Record<string, string> => ({
    'parent folders': '/assets/demo/video/../../../secret.txt',
    'parent folders in a project': `/assets/../demo/video/${id}.mp4`,
    'one dot': `/assets/./demo/video/${id}.mp4`,
    'encoded parent folders': '/assets/demo/video/%2e%2e/%2e%2e/%2e%2e/secret.txt',
    'encoded slashes': '/assets/demo/video/..%2f..%2f..%2fsecret.txt',
    'encoded segments': `/assets/demo%2fvideo%2f${id}.mp4`,
    'double encoding': '/assets/demo/video/%252e%252e%252f%252e%252e%252fsecret.txt',
    'overlong UTF-8': '/assets/demo/video/%c0%ae%c0%ae/secret.txt',
    'encoded NUL': `/assets/demo/video/${id}.mp4%00.txt`,
    'NUL before the ending': `/assets/demo/video/${id}%00.mp4`,
    'encoded line feed': `/assets/demo/video/${id}.mp4%0a`,
    backslashes: '/assets/demo\\video\\..\\..\\..\\secret.txt',
    'encoded backslashes': '/assets/demo/video/..%5c..%5c..%5csecret.txt',
    'a drive': '/assets/C:/video/secret.txt',
    'an absolute path': '/assets//etc/passwd',
    'a blob': `/assets/.blobs/sha256/${sha256}`,
    'a blob by its folder': `/assets/.blobs/sha256/${sha256.slice(0, 2)}/${sha256}`,
    'a record': `/assets/.records/${id.slice(4, 6)}/${id}.json`,
    'a record as an asset': `/assets/demo/video/${id}.json`,
    'a temporary file': `/assets/.tmp/video/${id}.mp4`,
    'a dotfile': '/assets/demo/video/.htaccess',
    'a file without an id': '/assets/demo/video/secret.mp4',
    'a folder': '/assets/demo/video/',
    'a segment too many': `/assets/demo/video/${id}.mp4/x`,
    'a trailing slash': `/assets/demo/video/${id}.mp4/`,
    'capital letters': `/assets/demo/video/${id.toUpperCase()}.mp4`,
    'a trailing dot': `/assets/demo/video/${id}.mp4.`,
    'a stream name': `/assets/demo/video/${id}.mp4:$DATA`,
    'a fragment': `/assets/demo/video/${id}.mp4#x`,
    'a path parameter': `/assets/demo/video/${id}.mp4;x=1`,
    'encoded letters': `/assets/demo/video/%61${id.slice(1)}.mp4`,
    'an inherited name': `/assets/demo/constructor/${id}.mp4`,
    'a long name': `/assets/demo/video/${'a'.repeat(8000)}.mp4`,
    'a long project': `/assets/${'a'.repeat(8000)}/video/${id}.mp4`,
    'many segments': `/assets/${'a/'.repeat(4000)}`,
    'broken encoding': '/assets/demo/video/%zz',
    'half an encoding': '/assets/demo/video/%',
  });

  it('finds nothing by any spelling of a path', async () => {
    for (const [name, target] of Object.entries(targets())) {
      const answer = await getRaw(gate.port, target, OWNER);
      expect(answer.status, name).to.be.oneOf([400, 404]);
      expect(answer.body, name).not.to.include(SECRET);
      expect(answer.body, name).not.to.include('mine');
      expect(answer.body, name).not.to.include(gate.root);
    }
  });

  it('finds the file itself, so that the list above means something', async () => {
    const answer = await getRaw(gate.port, `/assets/demo/video/${id}.mp4`, OWNER);
    expect([answer.status, answer.body]).to.deep.equal([200, 'mine']);
  });

  it('cannot smuggle raw control characters or bytes into a target', async () => {
    for (const junk of ['\0', '\x01', '\x7f', '\xff', '\t']) {
      const answer = await getRaw(gate.port, `/assets/demo/video/${id}.mp4${junk}`, OWNER);
      expect(answer.status, JSON.stringify(junk)).to.be.oneOf([400, 404]);
    }
  });

  it('cannot follow links planted in the store', async () => {
    const outside = join(gate.root, '..', 'outside', 'video');
    await mkdir(outside, { recursive: true });
    const planted = `ast_${'0'.repeat(25)}`;
    await writeFile(join(outside, `${planted}.mp4`), SECRET);
    await symlink(join(outside, '..'), join(gate.root, 'linked'));
    await symlink(join(gate.root, '..', 'secret.txt'), join(gate.root, 'demo/video', `${planted}.mp4`));
    const records = join(gate.root, '.records', '00');
    await mkdir(records, { recursive: true });
    for (const project of ['linked', 'demo']) {
      const facts = { ...VIDEO, asset_id: planted, project, bytes: SECRET.length, sha256, owner: ANN.id };
      const record = { ...facts, created_at: new Date(0).toISOString() };
      await writeFile(join(records, `${planted}.json`), JSON.stringify(record));
      const answer = await getRaw(gate.port, `/assets/${project}/video/${planted}.mp4`, OWNER);
      expect(answer.status, project).to.equal(404);
      expect(answer.body).not.to.include(SECRET);
    }
  });

  it('gets the whole small file, once, for a thousand ranges', async () => {
    const ranges = Array.from({ length: 1000 }, () => '0-0').join(',');
    const answer = await getRaw(gate.port, `/assets/demo/video/${id}.mp4`, OWNER, `Range: bytes=${ranges}`);
    expect([answer.status, answer.body]).to.deep.equal([200, 'mine']);
  });

  it('is answered calmly whatever the headers say', async () => {
    const junk = [
      'Range: bytes=-1-',
      'Range: bytes=1e3-',
      `Range: bytes=${'0'.repeat(4000)}-`,
      'Range: bytes=0-1\r\nRange: bytes=2-3',
      `Range: bytes=0-\x80`,
      'If-Range: W/""',
      `If-None-Match: ${'"'.repeat(4000)}`,
      `If-None-Match: ${'W/"a",'.repeat(1000)}`,
      'If-Modified-Since: yesterday',
      'Accept-Encoding: gzip;q=NaN',
      'Content-Length: 0',
    ];
    for (const header of junk) {
      const answer = await getRaw(gate.port, `/assets/demo/video/${id}.mp4`, OWNER, header);
      expect(answer.status, header.slice(0, 40)).to.be.oneOf([200, 206]);
      expect('mine', header.slice(0, 40)).to.include(answer.body);
    }
    const large = await getRaw(gate.port, `/assets/demo/video/${id}.mp4`, OWNER, `X-Junk: ${'x'.repeat(20_000)}`);
    expect(large.status).to.equal(431);
    const broken = await sendRaw(gate.port, `GET /assets/demo/video/${id}.mp4 HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n`);
    expect(broken.status).to.equal(400);
  });

  it('cannot sign for another file by moving its link', async () => {
    const other = await gate.portOf(ANN).put(Buffer.from('other'), VIDEO);
    const query = other.url.split('?')[1] ?? '';
    const answer = await getRaw(gate.port, `/assets/demo/video/${id}.mp4?${query}`);
    expect(answer.status).to.equal(401);
    expect(answer.body).not.to.include('mine');
  });
});
