import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { type MediaServer, mediaServer } from '../../../generation/test/intake/media-server.ts';
import { blackPng, pngHead } from '../../../generation/test/intake/picture-heads.ts';
import { useBystander } from './bystander.ts';
import { type Answer, Caller } from './caller.ts';
import { BOB, memoryAddedBy, useTarget } from './target.ts';

/** A server on this machine that nobody may be sent to. */
function useCanary(): () => MediaServer {
  let canary: MediaServer | undefined;
  before(async () => {
    canary = await mediaServer((_request, response) => response.end('inside'));
  });
  after(() => canary?.close());
  return () => {
    if (canary === undefined) throw new Error('there is no canary yet: ask inside a test');
    return canary;
  };
}

const fetchOf = (caller: Caller, url: string, more: object = {}): Promise<Answer> =>
  caller.call('import_media', { url, wait_for_completion: true, ...more }) as Promise<Answer>;

describe('attacks by the addresses of media', () => {
  const canary = useCanary();
  const target = useTarget();
  useBystander(target);
  let bob: Caller;
  before(async () => {
    bob = await Caller.open(target(), { key: BOB });
  });
  after(() => bob.cut());

  it('reach nothing inside, however the address is written: 4220, and nobody knocked', async () => {
    const { port } = canary();
    const hosts = [
      ...[
        '127.0.0.1',
        'localhost',
        'LOCALHOST',
        'localhost.',
        'a.localhost',
        '127.1',
        '127.0.1',
        '2130706433',
        '0x7f000001',
      ],
      ...['0x7f.0x0.0x0.0x1', '0177.0.0.1', '017700000001', '127.000.000.001', '0', '0.0.0.0', '[::]', '[::1]'],
      ...[
        '[0:0:0:0:0:0:0:1]',
        '[::ffff:127.0.0.1]',
        '[::ffff:7f00:1]',
        '[::127.0.0.1]',
        '[64:ff9b::7f00:1]',
        '[2002:7f00:1::]',
      ],
      ...[
        '10.0.0.1',
        '172.16.0.1',
        '192.168.0.1',
        '169.254.169.254',
        '100.64.0.1',
        '198.18.0.1',
        '224.0.0.1',
        '255.255.255.255',
      ],
      ...['[fe80::1]', '[fc00::1]', '[ff02::1]', '[fe80::1%25lo]', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1'],
    ];
    for (const host of hosts) {
      for (const scheme of ['https', 'http']) {
        // Another port than the usual one is refused for that alone, so both are tried.
        for (const place of [host, `${host}:${port}`]) {
          const { error } = await fetchOf(bob, `${scheme}://${place}/secret.mp4`);
          expect(error?.code, `${scheme}://${place}`).to.equal(4220);
        }
      }
    }
    for (const url of [
      `https://example.com@127.0.0.1:${port}/`,
      `https://user:password@localhost:${port}/`,
      `https://127.0.0.1:${port}\\@example.com/`,
      `https://example.com#@127.0.0.1:${port}/`,
      `//127.0.0.1:${port}/`,
      `https:127.0.0.1:${port}`,
      `https://127.0.0.1:${port}\r\nHost: example.com/`,
      'file:///etc/passwd',
      'ftp://127.0.0.1/x',
      'gopher://127.0.0.1:70/x',
      'data:image/png;base64,AAAA',
      'concat:/etc/passwd|/etc/hosts',
      'subfile,,start,0,end,100,,:/etc/passwd',
      'pipe:0',
      'hls+http://127.0.0.1/x',
      '-i /etc/passwd',
      '--help',
      '/etc/passwd',
      'asset:../../secret',
    ]) {
      const { error } = await fetchOf(bob, url);
      // What names no port but the usual one is looked up; there are no names to be had here.
      expect(error?.code, url).to.be.oneOf([4220, -32602, 5020]);
    }
    expect(canary().connections()).to.equal(0);
  });

  it('are refused in a dry run and in a submitted job as well', async () => {
    const url = `https://127.0.0.1:${canary().port}/x`;
    const dry = { name: 'import_media', arguments: { url, wait_for_completion: true }, _meta: { dryRun: true } };
    expect((await bob.ask('tools/call', dry)).error.code).to.equal(4220);
    const submitted = await bob.ask<{ jobId: string }>('jobs/submit', { name: 'import_media', arguments: { url } });
    let job = { status: '', error: { code: 0 } };
    while (job.status !== 'failed')
      job = (await bob.ask<typeof job>('jobs/get', { jobId: submitted.result.jobId })).result;
    expect(job.error.code).to.equal(4220);
    expect(canary().connections()).to.equal(0);
  });

  it('say no more than that: nothing of what listens where', async () => {
    const open = await fetchOf(bob, `https://127.0.0.1:${canary().port}/`);
    const shut = await fetchOf(bob, 'https://127.0.0.1:1/');
    const withoutPort = ({ error }: Answer): string => error.message.replace(/"\d+"/, '"…"');
    expect(withoutPort(open)).to.equal(withoutPort(shut));
  });
});

describe('attacks by media from a server that may be asked', () => {
  const canary = useCanary();
  const served = new Map<
    string,
    { readonly status?: number; readonly headers?: object; readonly body?: Uint8Array | string }
  >();
  let hostile: MediaServer | undefined;
  before(async () => {
    hostile = await mediaServer((request, response) => {
      const { status = 200, headers = {}, body = '' } = served.get(request.url ?? '') ?? { status: 404 };
      response.writeHead(status, { 'content-type': 'video/mp4', ...headers }).end(body);
    });
  });
  after(() => hostile?.close());
  const target = useTarget(() => ({
    intake: { allow_http: true, allow_private: [hostile?.pair ?? ''], max_bytes: 4_194_304 },
  }));
  useBystander(target);
  let bob: Caller;
  before(async () => {
    bob = await Caller.open(target(), { key: BOB });
  });
  after(() => bob.cut());
  const importing = (path: string, answer: { status?: number; headers?: object; body?: Uint8Array | string }) => {
    served.set(path, answer);
    return fetchOf(bob, `${hostile?.url}${path}`);
  };

  it('find a good picture taken, so that the rest means something', async function () {
    const { error, result } = await importing('/good.png', { body: blackPng({ width: 64, height: 64 }) });
    if (error?.message.includes('ffprobe')) {
      console.log('skipped: no ffprobe on this machine');
      this.skip();
    }
    expect(result.structuredContent as object, JSON.stringify(error)).to.include({ kind: 'image', width: 64 });
  });

  it('lead nowhere by redirects: to this machine, to files, in circles', async () => {
    for (const location of [
      canary().url,
      'http://localhost:1/',
      'http://[::1]/',
      'file:///etc/passwd',
      'ftp://x/',
      '/round',
    ]) {
      const { error } = await importing('/round', { status: 302, headers: { location } });
      expect(error.code, location).to.be.oneOf([4220, 5020]);
    }
    expect(canary().connections()).to.equal(0);
  });

  it('open nothing by playlists that call themselves films', async () => {
    const inside = canary().url;
    const playlists: Record<string, string> = {
      '/hls.mp4': `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n${inside}/secret\n#EXT-X-ENDLIST\n`,
      '/hls-file.mp4': '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
      '/concat.mp4': `ffconcat version 1.0\nfile '/etc/passwd'\nfile '${inside}/x'\n`,
      '/dash.mp4': `<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>${inside}/x</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      '/sdp.mp4': 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n',
      '/svg.png': `<svg xmlns="http://www.w3.org/2000/svg"><image href="${inside}/x"/><script>1</script></svg>`,
      '/xxe.png': '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
      '/page.mp4': '<!doctype html><title>log in</title>',
      '/zip.mp4': 'PK\u0003\u0004junk',
      '/script.mp4': '#!/bin/sh\necho hello\n',
    };
    for (const [path, body] of Object.entries(playlists)) {
      const { error } = await importing(path, { body });
      expect(error?.code, path).to.equal(4222);
    }
    expect(canary().connections()).to.equal(0);
  });

  it('hold no playlist behind the first bytes of a film', async () => {
    const head = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom\0\0\0\0isommp42', 'latin1')]);
    const body = Buffer.concat([head, Buffer.from(`\n#EXTM3U\n#EXTINF:1,\n${canary().url}/x\n`)]);
    expect((await importing('/both.mp4', { body })).error.code).to.equal(4222);
    expect(canary().connections()).to.equal(0);
  });

  it('are refused as bombs before they are unpacked: a picture of 16,000 × 16,000 in a few kilobytes', async () => {
    const bomb = blackPng({ width: 16_000, height: 16_000 });
    expect(bomb.length).to.be.below(300_000);
    const added = await memoryAddedBy(target(), async () => {
      expect((await importing('/bomb.png', { body: bomb })).error.code).to.equal(4222);
      for (const size of [
        { width: 65_535, height: 65_535 },
        { width: 2_147_483_647, height: 1 },
        { width: 0, height: 0 },
      ]) {
        expect((await importing('/head.png', { body: pngHead(size) })).error.code, `${size.width}`).to.equal(4222);
      }
    });
    expect(added).to.be.below(64);
  });

  it('may not be larger than is allowed, said or unsaid, nor unpack to more', async () => {
    const large = Buffer.concat([blackPng({ width: 8, height: 8 }), Buffer.alloc(5_000_000)]);
    expect((await importing('/large.png', { body: large })).error.code).to.be.oneOf([4130, 4222]);
    const said = await importing('/said.png', { headers: { 'content-length': '99999999999' }, body: large });
    expect(said.error.code).to.be.oneOf([4130, 4222, 5020]);
    const squeezed = deflateSync(Buffer.alloc(50_000_000));
    const packed = await importing('/packed.png', { headers: { 'content-encoding': 'deflate' }, body: squeezed });
    expect(packed.error.code).to.be.oneOf([4130, 4222, 5020]);
  });

  it('cannot name the file in the store: what the other server calls it counts for nothing', async () => {
    const headers = { 'content-disposition': 'attachment; filename="../../../evil.sh"' };
    const { result } = await importing('/..%2f..%2fevil.sh', { headers, body: blackPng({ width: 32, height: 32 }) });
    const { url } = result.structuredContent as { url: string };
    expect(new URL(url).pathname).to.match(/^\/assets\/default\/image\/ast_[0-9a-z]+\.png$/);
    for (const file_name of ['../x', '/etc/passwd', '.hidden', 'a/b', 'a\u0000b', '-i']) {
      expect((await fetchOf(bob, `${hostile?.url}/good.png`, { file_name })).error.code, file_name).to.equal(-32602);
    }
  });
});
