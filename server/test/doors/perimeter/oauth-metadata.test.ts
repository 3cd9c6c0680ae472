import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fastify from 'fastify';
import { bearerChallenge } from '../../../src/doors/perimeter/challenge.ts';
import { ProtectedResource } from '../../../src/doors/perimeter/oauth-metadata.ts';
import { refuse } from '../../../src/doors/refusal.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const ISSUER = 'https://login.example';

function resourceAt(base: string, authorizationServers = [ISSUER]): ProtectedResource {
  return new ProtectedResource({ baseUrl: () => base, authorizationServers });
}

async function get(resource: ProtectedResource, url: string, headers: Record<string, string> = {}) {
  const app = fastify();
  const challenge = bearerChallenge({ metadataUrl: resource.metadataUrl, scope: 'tools:call' });
  app.setErrorHandler((error, request, reply) => refuse(request, reply, error, { challenge }));
  await app.register(resource.routes());
  app.get('/mcp', async () => {
    throw new CallError('UNAUTHENTICATED');
  });
  return app.inject({ url, headers });
}

describe('the metadata of the protected resource', () => {
  it('describes the gateway, and the MCP door by its own path', async () => {
    const resource = resourceAt('https://gate.example');
    const about = {
      authorization_servers: [ISSUER],
      scopes_supported: ['tools:read', 'tools:call'],
      bearer_methods_supported: ['header'],
    };
    const whole = await get(resource, WELL_KNOWN);
    expect(whole.json()).to.deep.equal({ resource: 'https://gate.example', ...about });
    expect(whole.headers['content-type']).to.match(/^application\/json/);
    const mcp = await get(resource, `${WELL_KNOWN}/mcp`);
    expect(mcp.json()).to.deep.equal({ resource: 'https://gate.example/mcp', ...about });
  });

  it('describes nothing that is not there', async () => {
    for (const path of ['/nothing', '/mcp/more', '/mcpx', '/https://evil.example', '/..%2fmcp']) {
      expect((await get(resourceAt('https://gate.example'), `${WELL_KNOWN}${path}`)).statusCode, path).to.equal(404);
    }
  });

  it('is found where the challenge of a refused request says', async () => {
    for (const base of ['http://127.0.0.1:8081', 'https://gate.example/']) {
      const resource = resourceAt(base);
      const refused = await get(resource, '/mcp', { authorization: 'Bearer wrong' });
      expect(refused.statusCode).to.equal(401);
      const header = String(refused.headers['www-authenticate']);
      expect(header).to.include('error="invalid_token"').and.include('scope="tools:call"');
      const where = new URL(/resource_metadata="([^"]+)"/.exec(header)?.[1] ?? '');
      const { resource: described } = (await get(resource, where.pathname)).json();
      expect(described).to.equal(`${new URL(base).origin}/mcp`);
    }
  });

  it('goes between host and path of a public URL with a path, whether or not a proxy takes the path away', async () => {
    const resource = resourceAt('https://gate.example/calls/');
    expect(resource.metadataUrl('/mcp?x=1')).to.equal(`https://gate.example${WELL_KNOWN}/calls/mcp`);
    expect(resource.metadataUrl('/rpc')).to.equal(`https://gate.example${WELL_KNOWN}/calls`);
    expect(resource.metadataUrl(undefined)).to.equal(`https://gate.example${WELL_KNOWN}/calls`);
    for (const path of ['/calls/mcp', '/mcp']) {
      expect((await get(resource, `${WELL_KNOWN}${path}`)).json().resource).to.equal('https://gate.example/calls/mcp');
    }
  });

  it('names no list of servers when there are none', async () => {
    expect((await get(resourceAt('https://gate.example', []), WELL_KNOWN)).json()).not.to.have.property(
      'authorization_servers',
    );
  });

  it('cannot be made from servers and paths that are none', () => {
    expect(() => resourceAt('https://gate.example', ['login'])).to.throw('"login"');
    const settings = { baseUrl: () => 'https://gate.example', authorizationServers: [] };
    expect(() => new ProtectedResource({ ...settings, paths: ['mcp'] })).to.throw('"mcp"');
  });
});
