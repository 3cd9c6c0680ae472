import { expect } from 'chai';
import { watchedJob } from '../../src/react/watched-job.ts';
import { createTestGateway, settle, testClient } from '../../src/testing.ts';

function house() {
  const going: { progress(fraction: number): void; end(value: string): void }[] = [];
  const gateway = createTestGateway({
    tools: {
      render: (_args, { progress }) =>
        new Promise<string>((end) =>
          going.push({ progress: (fraction) => progress({ stage: 'work', fraction }), end }),
        ),
    },
  });
  return { gateway, client: testClient(gateway), going };
}

describe('a watched job', () => {
  it('is looked at, followed to its end, and left with its result', async () => {
    const { gateway, client, going } = house();
    const { id } = await client.submit('render', {});
    await settle();
    const job = watchedJob<string>(client, id);
    expect(job.read()).to.deep.equal({});
    const unwatch = job.watch(() => undefined);
    await settle();
    expect(job.read().job).to.include({ status: 'in_progress', progress: 0 });
    going[0]?.progress(0.5);
    await settle();
    expect(job.read().job).to.include({ status: 'in_progress', progress: 0.5, stage: 'work' });
    going[0]?.end('film');
    await settle();
    expect(job.read()).to.include({ result: 'film' });
    expect(gateway.topic(`jobs/${id}`).followers).to.equal(0);
    unwatch();
    await client.close();
  });

  it('is not followed any more when nobody watches, and followed again when somebody does', async () => {
    const { gateway, client, going } = house();
    const { id } = await client.submit('render', {});
    const job = watchedJob<string>(client, id);
    job.watch(() => undefined)();
    const unwatch = job.watch(() => undefined);
    await settle();
    unwatch();
    await settle();
    expect(gateway.topic(`jobs/${id}`).followers).to.equal(0);
    going[0]?.end('film');
    await settle();
    expect(job.read().result).to.equal(undefined);
    job.watch(() => undefined);
    await settle();
    expect(job.read()).to.include({ result: 'film', error: undefined });
    await client.close();
  });

  it('says why it cannot be known, and forgets that when it can', async () => {
    const { client } = house();
    const job = watchedJob(client, 'job_1');
    const unwatch = job.watch(() => undefined);
    await settle();
    expect(job.read().error).to.include({ code: 'NOT_FOUND' });
    unwatch();
    await client.submit('render', {});
    job.watch(() => undefined);
    await settle();
    expect(job.read()).to.include({ error: undefined });
    await job.cancel('enough');
    await settle();
    expect(job.read().error).to.include({ code: 'CANCELLED' });
    await client.close();
  });
});
