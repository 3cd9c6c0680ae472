import type { JobHandle } from '@callsheet/sdk-node';
import { expect } from 'chai';
import type { Fleet } from './fleet.ts';
import { useFleet } from './use-fleet.ts';

/** What the promise says is a job of a minute; FLEET_JOB_MS=60000 runs it so. */
const LONG_MS = Number(process.env.FLEET_JOB_MS ?? 5_000);
const ID = 7;

describe('a job that runs on a worker', function () {
  this.timeout(60_000 + 2 * LONG_MS);
  const open = useFleet();

  it('goes on while the gateway is killed and started again, and is done once', async () => {
    const { fleet, job } = await running(await open());
    await fleet.killGateway();
    await fleet.startGateway();
    expect(await job.result()).to.deep.equal({ id: ID, worker: 'ada', preparedBy: 'ada' });
    expect((await job.status()).job).to.include({ status: 'completed', attempt: 1 });
    expect(await told(fleet)).to.deep.equal(['prepare ada', 'start ada', 'end ada']);
  });

  it('that ends while there is no gateway is done, and its result is delivered', async () => {
    const { fleet, job, worker } = await running(await open(), 1_500);
    await fleet.killGateway();
    await worker.says(/end/);
    await fleet.startGateway();
    expect(await job.result()).to.deep.equal({ id: ID, worker: 'ada', preparedBy: 'ada' });
    expect((await job.status()).job).to.include({ status: 'completed', attempt: 1 });
    expect(await told(fleet)).to.deep.equal(['prepare ada', 'start ada', 'end ada']);
  });

  it('goes to another worker when its own is killed, and what was remembered is not done again', async () => {
    const { fleet, job, worker } = await running(await open(), 3_000);
    const other = fleet.worker('bea');
    worker.child.kill('SIGKILL');
    await other;
    expect(await job.result()).to.deep.equal({ id: ID, worker: 'bea', preparedBy: 'ada' });
    expect((await job.status()).job).to.include({ status: 'completed', attempt: 2 });
    expect(await told(fleet)).to.deep.equal(['prepare ada', 'start ada', 'start bea', 'end bea']);
  });

  it('is queued again when gateway and worker are killed together and the worker does not come back', async () => {
    const { fleet, job, worker } = await running(await open('keep_jobs_ms = 2000'), 3_000);
    worker.child.kill('SIGKILL');
    await fleet.killGateway();
    await fleet.startGateway();
    await fleet.worker('bea');
    expect(await job.result()).to.deep.equal({ id: ID, worker: 'bea', preparedBy: 'ada' });
    expect((await job.status()).job).to.include({ status: 'completed', attempt: 2 });
    expect(await told(fleet)).to.deep.equal(['prepare ada', 'start ada', 'start bea', 'end bea']);
  });

  /** The job has begun at the one worker there is. */
  async function running(fleet: Fleet, ms = LONG_MS) {
    const worker = await fleet.worker('ada');
    const client = await fleet.client();
    const job = (await client.submit('fleet_job', { id: ID, ms })) as JobHandle<unknown, unknown>;
    await worker.says(/start/);
    return { fleet, job, worker };
  }

  async function told(fleet: Fleet): Promise<readonly string[]> {
    return (await fleet.runs()).map(({ what, worker }) => `${what} ${worker}`);
  }
});
