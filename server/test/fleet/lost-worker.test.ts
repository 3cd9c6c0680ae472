import { once } from 'node:events';
import { expect } from 'chai';
import { watchSlack } from '../slack.ts';
import { followChanges } from './changes.ts';
import type { Fleet } from './fleet.ts';
import { Load } from './load.ts';
import { useFleet } from './use-fleet.ts';

const NAMES = ['ada', 'bea', 'cyd', 'dot'];
const VICTIM = 'bea';

describe('four workers under load', () => {
  const open = useFleet();

  async function four(load: { readonly atOnce: number; readonly ms: number }) {
    const fleet = await open();
    const workers = await Promise.all(NAMES.map((name) => fleet.worker(name)));
    const victim = workers[NAMES.indexOf(VICTIM)];
    if (victim === undefined) throw new Error('there is no victim');
    const client = await fleet.client();
    const changes = await followChanges(client);
    const calls = new Load(client, 'fleet_repeatable', load);
    await calls.until(() => NAMES.every((name) => calls.answers.filter(({ worker }) => worker === name).length >= 10));
    return { fleet, victim, client, changes, calls };
  }

  it('lose no idempotent call when one is killed, and it is picked no more within 50 ms', async () => {
    // So long that most of what the victim has at any moment was begun there.
    const { fleet, victim, changes, calls } = await four({ atOnce: 32, ms: 300 });
    const pinging = await fleet.client();
    const slack = await watchSlack(() => pinging.request('ping'));
    // Its socket is closed by then.
    const goneAt = once(victim.child, 'exit').then(() => Date.now());
    victim.child.kill('SIGKILL');
    const out = await changes.first(({ name, available }) => name === VICTIM && !available);
    const machine = await slack();
    await calls.more(200);
    await calls.stop();
    await changes.stop();
    expect(calls.failures).to.deep.equal([]);
    expect(out).to.include({ connected: false });
    // What any message to this gateway took at that moment is the machine's part.
    expect(out.at - (await goneAt), 'milliseconds until nobody picks it').to.be.at.most(50 + machine);
    const interrupted = await interruptedBy(fleet, calls);
    expect(interrupted.length, 'calls that were under way at the victim').to.be.greaterThan(2);
    const answered = new Set(calls.answers.map(({ id }) => id));
    expect(interrupted.filter((id) => !answered.has(id))).to.deep.equal([]);
  });

  it('notice within 15 s that one is stopped, ask others for its calls, and take it back when it goes on', async () => {
    const { fleet, victim, client, changes, calls } = await four({ atOnce: 16, ms: 300 });
    const pinging = await fleet.client();
    const slack = await watchSlack(() => pinging.request('ping'));
    const stoppedAt = Date.now();
    victim.child.kill('SIGSTOP');
    const out = await changes.first(({ name, available }) => name === VICTIM && !available);
    await calls.stop();
    const answeredAt = Date.now();
    const machine = await slack();
    const interrupted = await interruptedBy(fleet, calls);
    victim.child.kill('SIGCONT');
    const back = await changes.first(({ name, available, at }) => name === VICTIM && available && at > out.at);
    await changes.stop();
    expect(calls.failures).to.deep.equal([]);
    expect(out.at - stoppedAt, 'milliseconds until it was noticed').to.be.at.most(15_000 + machine);
    // It is given up when it is dead, after 15 s; another worker then needs as long as a call takes.
    expect(answeredAt - stoppedAt, 'milliseconds until all its calls were answered').to.be.at.most(20_000 + machine);
    expect(interrupted.length, 'calls that were under way at the victim').to.be.greaterThan(0);
    expect(new Set(calls.answers.map(({ id }) => id)).size, 'no call answered twice').to.equal(calls.answers.length);
    expect(back.connected).to.equal(true);
    const routed = { meta: { route: { tags: [VICTIM] } } };
    expect(await client.call('fleet_once', { id: 1_000_000, ms: 0 }, routed)).to.include({ worker: VICTIM });
  });

  /** Ids of calls that began at the victim and were answered by another worker. */
  async function interruptedBy(fleet: Fleet, { answers }: Load): Promise<readonly number[]> {
    const answeredByVictim = new Set(answers.filter(({ worker }) => worker === VICTIM).map(({ id }) => id));
    const begun = (await fleet.runs()).filter(({ what, worker }) => what === 'start' && worker === VICTIM);
    return begun.map(({ id }) => id).filter((id) => !answeredByVictim.has(id));
  }
});
