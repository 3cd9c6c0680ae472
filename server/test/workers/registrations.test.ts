import { CallError } from '@callsheet/protocol';
import { expect } from 'chai';
import { settled } from '../session/talk.ts';
import { Asked, Outcome } from './asked.ts';
import { DialledIn, OTHER, refusedWith, saying, WORKER, workerHouse } from './rig.ts';

describe('a worker that dials in', () => {
  it('is told its name, its epoch, how often to say that it is there, and its key', async () => {
    const house = workerHouse();
    const worker = new DialledIn(house);
    const { workerId, workKey, ...told } = await worker.register();
    expect(told).to.deep.equal({ epoch: 1, heartbeatMs: 5_000, graceMs: 3_000, keepJobsMs: 60_000, wanted: [] });
    expect(workerId).to.match(/^w-/);
    expect(workKey).to.match(/^[\w-]{22}$/);
    expect(house.registrations.byKey(workKey, WORKER)?.facts.instanceId).to.equal('instance-of-a-test');
    expect(house.registrations.byKey(workKey, OTHER)).to.equal(undefined);
    expect(house.returned).to.deep.equal([{ workerId, jobs: [] }]);
  });

  it('has a name without the secret it was called by mistake', async () => {
    const house = workerHouse({ redact: (text) => text.replaceAll('sk-secret', '[REDACTED]') });
    await new DialledIn(house).ask('services/register', saying({ name: 'gpu of sk-secret' }));
    expect([...house.registry.workers()][0]?.worker.facts.name).to.equal('gpu of [REDACTED]');
  });

  it('is ready after its first heartbeat, and not when that says otherwise', async () => {
    const house = workerHouse();
    const state = () => [...house.registry.workers()][0]?.worker.state;
    const worker = new DialledIn(house);
    await worker.ask('services/register', saying());
    expect(state()).to.equal('joining');
    await worker.ask('services/heartbeat', { ready: false, inFlight: 1 });
    expect(state()).to.equal('joining');
    await worker.ask('services/heartbeat', { ready: true });
    expect(state()).to.equal('ready');
    await worker.ask('services/drain');
    expect(state()).to.equal('draining');
  });

  it('hears nothing before the answer to its registration', async () => {
    const house = workerHouse();
    let called: Promise<unknown> | undefined;
    house.registry.listen(({ type }) => {
      if (type !== 'registered') return;
      const [only] = [...house.registry.workers()];
      called = only?.worker.link.call(new Asked()).catch(() => {});
    });
    const worker = new DialledIn(house);
    await worker.ask('services/register', saying());
    await settled();
    expect(called).to.not.equal(undefined);
    const order = worker.talk.frames.map((frame) => (JSON.parse(frame).method ?? 'answer') as string);
    expect(order).to.deep.equal(['answer', 'tools/call']);
  });

  it('is alive with every frame it sends, whatever is in it', async () => {
    const house = workerHouse();
    const worker = new DialledIn(house);
    await worker.register();
    const heardMsAgo = () => [...house.registry.workers()][0]?.heardMsAgo;
    for (const frame of ['{"jsonrpc":"2.0","method":"notifications/unknown"}', 'no JSON at all']) {
      house.clock.advance(2_000);
      expect(heardMsAgo()).to.equal(2_000);
      await worker.talk.say(frame);
      expect(heardMsAgo(), frame).to.equal(0);
    }
  });

  it('that is silent for too long is not given up, but who may be asked elsewhere is told', async () => {
    const house = workerHouse();
    const worker = new DialledIn(house);
    await worker.register();
    const [wanted, unwanted] = [new Asked(), new Asked()];
    const outcome = new Outcome(worker.link.call(wanted));
    worker.link.call(unwanted).catch(() => {});
    unwanted.abort(new CallError('CANCELLED', 'the caller left'));
    await settled();
    house.clock.advance(14_999);
    expect(wanted.interruptions).to.equal(0);
    house.clock.advance(1);
    expect([wanted.interruptions, unwanted.interruptions]).to.deep.equal([1, 0]);
    house.clock.advance(5_000);
    const id = String(worker.heard('tools/call')[0]?.id);
    await worker.answer(id, 'it was only busy');
    expect([outcome.value, wanted.interruptions]).to.deep.equal(['it was only busy', 1]);
  });

  describe('is refused', () => {
    const everything = { mayOffer: (_who: unknown, tool: string) => tool === 'speak' };

    it('a tool it may not offer, and changes nothing by it', async () => {
      const house = workerHouse(everything);
      const tools = ['speak', 'create_video'].map((name) => ({ name, inputSchema: {} }));
      const refusal = await refusedWith(new DialledIn(house).ask('services/register', saying({}, { tools })));
      expect(refusal).to.match(/^FORBIDDEN: Cannot offer the tool "create_video".*offer\/create_video/);
      expect([house.registry.size, house.registrations.size, house.returned.length]).to.deep.equal([0, 0, 0]);
    });

    it('schemas that cannot be compiled, before anything is accepted', async () => {
      const house = workerHouse({
        checkTools: () => {
          throw new CallError('INVALID_PARAMS', 'a schema is none');
        },
      });
      const refusal = await refusedWith(new DialledIn(house).ask('services/register', saying()));
      expect(refusal).to.equal('INVALID_PARAMS: a schema is none');
      expect(house.registry.size).to.equal(0);
    });

    it('schemas that are too long, or make names others could be led to', async () => {
      const house = workerHouse();
      const offer = (inputSchema: object) =>
        refusedWith(
          new DialledIn(house).ask(
            'services/register',
            saying({}, { tools: [{ name: 'speak', inputSchema: inputSchema as never }] }),
          ),
        );
      expect(await offer({ description: 'x'.repeat(65_536) })).to.contain('use at most 65536');
      expect(await offer({ properties: { a: { $id: 'https://a.example/b' } } })).to.contain('"$id" below its root');
      expect(await offer({ anyOf: [{ $defs: { default: { $id: 'b' } } }] })).to.contain('"$id" below its root');
      const worker = new DialledIn(house);
      const fine = {
        $id: 'https://a.example/b',
        properties: { $id: { const: { $id: 'data' } } },
        default: { $id: 'data' },
      };
      await worker.register({}, { tools: [{ name: 'speak', inputSchema: fine }] });
      expect(house.registry.size).to.equal(1);
    });

    it('a name that is none, an empty list, facts that are none, by the registry that reads them', async () => {
      const house = workerHouse(everything);
      const ask = (said: object) => refusedWith(new DialledIn(house).ask('services/register', said as never));
      expect(await ask(saying({}, { tools: [{ name: 7 as never, inputSchema: {} }] }))).to.contain('/tools/0/name');
      expect(await ask(saying({}, { tools: [] }))).to.contain('offer at least one tool');
      expect(await ask(saying({ slots: 0 }))).to.contain('slots');
      expect(await ask({ worker: {}, tools: [] })).to.contain('INVALID_PARAMS');
    });

    it('a second instance on its connection, and the instance of somebody else', async () => {
      const house = workerHouse();
      const worker = new DialledIn(house);
      await worker.register();
      const second = saying({ instanceId: 'another-instance-of-it', epoch: 2 });
      expect(await refusedWith(worker.ask('services/register', second))).to.match(/^CONFLICT: .*second worker on one/);
      const thief = new DialledIn(house, OTHER);
      expect(await refusedWith(thief.ask('services/register', saying({ epoch: 2 })))).to.match(/^CONFLICT: .*is taken/);
      expect(await refusedWith(thief.ask('services/heartbeat'))).to.match(/^CONFLICT: .*services\/register first/);
      expect(await refusedWith(thief.ask('services/drain'))).to.match(/^CONFLICT/);
    });

    it('with a member named __proto__, and is still there', async () => {
      const house = workerHouse();
      const worker = new DialledIn(house);
      await worker.register();
      const [answer] = await worker.talk.say(
        '{"jsonrpc":"2.0","id":9,"method":"services/register","params":{"worker":{"__proto__":{"slots":9}},"tools":[]}}',
      );
      expect(answer).to.deep.include({ id: 9 });
      expect(house.registry.size).to.equal(1);
    });
  });

  describe('that comes back', () => {
    it('goes on with what it holds, under the key it had', async () => {
      const house = workerHouse();
      const first = new DialledIn(house);
      const { workKey } = await first.register();
      const [held, forgotten] = [new Asked(), new Asked()];
      const outcomes = [held, forgotten].map((asked) => new Outcome(first.link.call(asked)));
      await settled();
      const [one, two] = first.heard('tools/call').map(({ id }) => String(id));
      first.talk.cut();
      expect([held.interruptions, forgotten.interruptions]).to.deep.equal([1, 1]);
      const second = new DialledIn(house);
      const told = await second.register({ epoch: 2 }, { holds: [{ id: one ?? '' }, { id: 'unknown' }] });
      expect(told).to.deep.include({ epoch: 2, wanted: [one], workKey });
      await second.answer(one ?? '', 'carried over');
      await second.answer(two ?? '', 'forgotten');
      await settled();
      expect(outcomes[0]?.value).to.equal('carried over');
      expect(outcomes[1]?.told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect(house.registrations.size).to.equal(1);
    });

    it('is heard on its newest connection alone', async () => {
      const house = workerHouse();
      const first = new DialledIn(house);
      await first.register();
      const outcome = new Outcome(first.link.call(new Asked()));
      await settled();
      const id = String(first.heard('tools/call')[0]?.id);
      const second = new DialledIn(house);
      await second.register({ epoch: 2 }, { holds: [{ id }] });
      await first.answer(id, 'from the old one');
      expect(await refusedWith(first.ask('services/heartbeat'))).to.match(/^CONFLICT/);
      first.talk.cut();
      await settled();
      expect(outcome.settled).to.equal(false);
      await second.answer(id, 'from the new one');
      expect(outcome.value).to.equal('from the new one');
    });

    it('registers once more on the same connection, as the next epoch', async () => {
      const house = workerHouse();
      const worker = new DialledIn(house);
      const { workKey } = await worker.register();
      const outcome = new Outcome(worker.link.call(new Asked()));
      await settled();
      const id = String(worker.heard('tools/call')[0]?.id);
      const again = await worker.register(
        { epoch: 2 },
        { holds: [{ id }], tools: [{ name: 'sing', inputSchema: {} }] },
      );
      expect([again.wanted, again.workKey]).to.deep.equal([[id], workKey]);
      await worker.answer(id, 'still mine');
      expect(outcome.value).to.equal('still mine');
      worker.talk.cut();
      expect([...house.registry.workers()][0]?.worker.connected).to.equal(false);
    });

    it('too late finds its calls lost and gets another key', async () => {
      const house = workerHouse();
      const first = new DialledIn(house);
      const { workKey } = await first.register();
      const outcome = new Outcome(first.link.call(new Asked()));
      first.talk.cut();
      house.clock.advance(3_000);
      await settled();
      expect(outcome.told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect(house.registrations.byKey(workKey, WORKER)).to.equal(undefined);
      const second = new DialledIn(house);
      expect((await second.register({ epoch: 2 })).workKey).to.not.equal(workKey);
    });

    it('offers the jobs it kept to whoever knows them, each once, and is told which are wanted', async () => {
      const house = workerHouse();
      house.awaited.push({ id: 'job_a', attempt: 2 });
      const worker = new DialledIn(house);
      const holds = [
        { id: 'old-1', job: { id: 'job_a', attempt: 2 } },
        { id: 'old-2', job: { id: 'job_b', attempt: 1 } },
        { id: 'old-3', job: { id: 'job_a', attempt: 2 } },
        { id: 'old-4' },
      ];
      const { wanted } = await worker.register({}, { holds });
      expect(wanted).to.deep.equal(['old-1']);
      const [{ jobs } = { jobs: [] }] = house.returned;
      expect(jobs.map(({ job }) => job.id)).to.deep.equal(['job_a', 'job_b']);
      const early = await worker.answer('old-1', 'finished meanwhile');
      const outcome = new Outcome(jobs[0]?.run(new Asked({}, { id: 'job_a', attempt: 2 })) ?? Promise.resolve(0));
      await settled();
      expect([early, outcome.value]).to.deep.equal([[], 'finished meanwhile']);
    });
  });

  describe('that leaves', () => {
    it('after a drain, with 1000: what is left is lost at once', async () => {
      const house = workerHouse();
      const worker = new DialledIn(house);
      await worker.register();
      const outcome = new Outcome(worker.link.call(new Asked()));
      await worker.ask('services/drain');
      worker.talk.cut(1000);
      await settled();
      expect(outcome.told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect([house.registry.size, house.registrations.size]).to.deep.equal([0, 0]);
    });

    it('with 1000 and no drain, or without a word: it may come back', async () => {
      for (const code of [1000, 1006]) {
        const house = workerHouse();
        const worker = new DialledIn(house);
        await worker.register();
        const outcome = new Outcome(worker.link.call(new Asked()));
        worker.talk.cut(code);
        house.clock.advance(2_999);
        await settled();
        expect([house.registry.size, outcome.settled], String(code)).to.deep.equal([1, false]);
      }
    });

    it('because it may not offer its tools any more', async () => {
      const rights = new Set(['speak']);
      const house = workerHouse({ mayOffer: (_who, tool) => rights.has(tool) });
      const worker = new DialledIn(house);
      await worker.register();
      const outcome = new Outcome(worker.link.call(new Asked()));
      house.registrations.review();
      await settled();
      expect([outcome.settled, worker.talk.closes]).to.deep.equal([false, []]);
      rights.clear();
      house.registrations.review();
      await settled();
      expect(outcome.told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect(worker.talk.closes.map(({ code }) => code)).to.deep.equal([4403]);
      expect(house.registry.size).to.equal(0);
    });

    it('with the gateway: every call is told', async () => {
      const house = workerHouse();
      const worker = new DialledIn(house);
      await worker.register();
      const outcome = new Outcome(worker.link.call(new Asked()));
      house.registry.close();
      await settled();
      expect(outcome.error?.message).to.contain('the gateway goes down');
    });
  });

  it('is probed over its own socket, until its lease ends', async () => {
    let probe: ((signal: AbortSignal) => Promise<unknown>) | undefined;
    const house = workerHouse({
      health: {
        add: (_lease, asks) => {
          probe = asks;
          return () => {};
        },
      },
    });
    const worker = new DialledIn(house);
    await worker.register();
    const answer = probe?.(new AbortController().signal);
    await settled();
    const [ping] = worker.heard('ping');
    await worker.talk.say({ jsonrpc: '2.0', id: ping?.id, result: {} });
    expect(await answer).to.equal(undefined);
  });
});
