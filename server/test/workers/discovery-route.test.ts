import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import fastify from 'fastify';
import { refuse } from '../../src/doors/refusal.ts';
import { discoveryRoute } from '../../src/workers/discovery-route.ts';
import { DialledIn, workerHouse } from './rig.ts';

describe('GET /v1/sd/prometheus', () => {
  it('names whom Prometheus may scrape, to whoever may see all workers', async () => {
    const house = workerHouse();
    const { workerId } = await new DialledIn(house).register({
      metricsAddress: 'gpu-7.example.org:9464',
      zone: 'eu-1',
    });
    await new DialledIn(house).register({ instanceId: 'one-that-says-nothing' });
    const app = fastify();
    app.setErrorHandler((error, request, reply) => refuse(request, reply, error));
    await app.register(
      discoveryRoute({
        registry: house.registry,
        authorize: async ({ headers }) => {
          if (headers['x-api-key'] === undefined) throw new CallError('UNAUTHENTICATED');
          if (headers['x-api-key'] !== 'operator') throw new CallError('FORBIDDEN');
        },
      }),
    );
    const ask = (key?: string) =>
      app.inject({ url: '/v1/sd/prometheus', ...(key !== undefined && { headers: { 'x-api-key': key } }) });
    const answer = await ask('operator');
    expect(answer.headers).to.include({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    const [group, ...others] = answer.json<{ targets: string[]; labels: object }[]>();
    expect(others).to.deep.equal([]);
    expect(group?.targets).to.deep.equal(['gpu-7.example.org:9464']);
    expect(group?.labels).to.deep.include({ worker: workerId, service: 'gpu-7', zone: 'eu-1' });
    const stranger = await ask();
    expect([stranger.statusCode, stranger.headers['www-authenticate']]).to.deep.equal([
      401,
      'Bearer realm="callsheet"',
    ]);
    expect((await ask('user')).statusCode).to.equal(403);
    await app.close();
  });
});
