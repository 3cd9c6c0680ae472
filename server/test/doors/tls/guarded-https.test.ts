import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import fastify from 'fastify';
import { guardHttp } from '../../../src/doors/perimeter/guard-http.ts';
import { Perimeter } from '../../../src/doors/perimeter/perimeter.ts';
import { refuse } from '../../../src/doors/refusal.ts';
import { TlsFiles } from '../../../src/doors/tls/files.ts';
import { keptLog } from '../../kept-log.ts';
import { useTempDir } from '../../temp-dir.ts';
import { Authority, whyNoCertificates } from './certificates.ts';

const missing = whyNoCertificates();

describe(`the guarded HTTP door over TLS${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  before(function () {
    if (missing !== undefined) this.skip();
  });
  const folder = useTempDir();

  it('knows its own pages by https, and asks browsers to stay with it, but never for the whole of localhost', async () => {
    const authority = new Authority(folder());
    const pair = authority.issue('server', ['DNS:localhost', 'DNS:gate.example']);
    const settings = { cert: pair.certFile, key: pair.keyFile, clientCertificates: 'off' } as const;
    const files = await TlsFiles.open(settings, { log: keptLog(), clock: { now: () => Date.now() } });
    const app = fastify({ https: files.options });
    const rules = { boundTo: '127.0.0.1', allowedHosts: ['gate.example'], allowedOrigins: [], requireOrigin: false };
    app.setErrorHandler((error, asked, reply) => refuse(asked, reply, error));
    guardHttp(app, new Perimeter(rules));
    app.get('/v1/tools', async () => 'tools');
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const ask = async (host: string, scheme = 'https'): Promise<IncomingMessage> => {
      const headers = { host: `${host}:${port}`, origin: `${scheme}://${host}:${port}` };
      const where = { host: '127.0.0.1', servername: host, port, path: '/v1/tools' };
      const asking = request({ ...where, headers, ca: authority.root.cert, agent: false }).end();
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      answer.resume();
      return answer;
    };
    try {
      const named = await ask('gate.example');
      expect(named.statusCode).to.equal(200);
      expect(named.headers['strict-transport-security']).to.match(/^max-age=\d{8}$/);
      expect(named.headers['access-control-allow-origin']).to.equal(`https://gate.example:${port}`);
      expect((await ask('gate.example', 'http')).statusCode).to.equal(403);
      const local = await ask('localhost');
      expect(local.statusCode).to.equal(200);
      expect(local.headers).not.to.have.property('strict-transport-security');
    } finally {
      await app.close();
    }
  });
});
