import { CallError, ERRORS } from '@callsheet/protocol';
import { expect } from 'chai';
import { RequestIds } from '../../src/workers/request-ids.ts';
import { settled } from '../session/talk.ts';
import { Asked, Outcome } from './asked.ts';
import { earlyLink, linkOnWire } from './link-on-wire.ts';

const GONE = new CallError('CANCELLED', 'the caller left');

describe('a link over the socket of a worker', () => {
  it('sends a call with all a tool needs to know, and answers its typed output', async () => {
    const wire = linkOnWire();
    const context = { trace: { traceparent: '00-ab-cd-01' }, dryRun: true };
    const asked = new Asked(context, { id: 'job_1', attempt: 3 });
    const outcome = new Outcome(wire.link.call(asked));
    expect(wire.sent).to.deep.equal([
      {
        jsonrpc: '2.0',
        id: wire.newest,
        method: 'tools/call',
        params: {
          name: 'speak',
          arguments: { text: 'hello' },
          _meta: {
            deadlineMs: 30_000,
            attempt: 1,
            principal: { id: 'key:alice', role: 'admin', scopes: [] },
            project: 'demo',
            dryRun: true,
            traceparent: '00-ab-cd-01',
            job: { id: 'job_1', attempt: 3 },
          },
        },
      },
    ]);
    expect(wire.answer(wire.newest, { said: true })).to.equal(true);
    await settled();
    expect(outcome.value).to.deep.equal({ said: true });
    expect(wire.link.inFlight).to.equal(0);
  });

  it('is told a prefix that other processes do not have', () => {
    for (const prefix of ['', 'short', 'has.a.dot', 'x'.repeat(33)]) {
      expect(() => new RequestIds(prefix), prefix).to.throw('use 8 to 32 random letters');
    }
  });

  it('gives every call an id of its own, and leaves at least a millisecond to a late one', () => {
    const wire = linkOnWire();
    void wire.link.call(new Asked());
    void wire.link.call(new Asked({ deadline: 0 }));
    const [one, other] = wire.sent;
    expect(one?.id).to.not.equal(other?.id);
    expect(other?.params._meta).to.include({ deadlineMs: 1 });
  });

  it('keeps what is asked until the worker knows that it is registered', () => {
    const wire = earlyLink();
    const asked = new Asked();
    wire.link.call(asked).catch(() => {});
    asked.abort(GONE);
    expect(wire.sent).to.deep.equal([]);
    wire.link.begin();
    expect(wire.sent.map(({ method }) => method)).to.deep.equal(['tools/call', 'notifications/cancelled']);
  });

  it('takes an answer once: the second, and one to a question nobody asked, are not for it', async () => {
    const wire = linkOnWire();
    const outcome = new Outcome(wire.link.call(new Asked()));
    expect(wire.answer(wire.newest, 1)).to.equal(true);
    expect(wire.answer(wire.newest, 2)).to.equal(false);
    expect(wire.answer('never asked', 3)).to.equal(false);
    expect(wire.link.answered({ kind: 'success', id: 7, result: {} })).to.equal(false);
    await settled();
    expect(outcome.value).to.equal(1);
  });

  it('puts an error without an id on the call that is alone in flight, and on none of several', async () => {
    const wire = linkOnWire();
    const first = new Outcome(wire.link.call(new Asked()));
    const second = new Outcome(wire.link.call(new Asked()));
    const nameless = { kind: 'failure', id: null, error: { code: -32700, message: 'what?' } } as const;
    expect(wire.link.answered(nameless)).to.equal(false);
    wire.answer(wire.newest, 'done');
    expect(wire.link.answered(nameless)).to.equal(true);
    await settled();
    expect([first.told[0], second.value]).to.deep.equal(['UPSTREAM_ERROR', 'done']);
  });

  it('settles a call whose answer cannot be read, or has no output', async () => {
    const wire = linkOnWire();
    const unread = new Outcome(wire.link.call(new Asked()));
    expect(wire.link.garbled(wire.newest, new CallError('INVALID_REQUEST', 'Too deep'))).to.equal(true);
    expect(wire.link.garbled(null, GONE)).to.equal(false);
    const results = [{}, 'text', null, { structuredcontent: 1 }, { content: [] }].map((result) => {
      const outcome = new Outcome(wire.link.call(new Asked()));
      wire.link.answered({ kind: 'success', id: wire.newest, result: result as never });
      return outcome;
    });
    await settled();
    for (const { told } of [unread, ...results]) expect(told).to.deep.equal(['UPSTREAM_ERROR', true]);
  });

  it('passes good reports on, and leaves out what is none', () => {
    const wire = linkOnWire();
    const asked = new Asked();
    void wire.link.call(asked);
    const progressToken = wire.newest;
    const say = (params: object): boolean => wire.link.reported({ progressToken, ...params });
    expect(
      say({ progress: 0.5, total: 1, stage: 'x'.repeat(100), stageProgress: 0.1, message: 'm'.repeat(900) }),
    ).to.equal(true);
    for (const progress of [-1, 1.1, Number.NaN, '0.5', null]) expect(say({ progress, stage: 'a' })).to.equal(true);
    for (const stage of ['', 7, undefined]) say({ progress: 0.6, stage });
    say({ progress: 0.7, stage: 'b', stageProgress: 9, message: {} });
    expect(asked.reports).to.deep.equal([
      { stage: 'x'.repeat(64), fraction: 0.5, stageFraction: 0.1, message: 'm'.repeat(500) },
      { stage: 'b', fraction: 0.7 },
    ]);
    expect(wire.link.reported({ progressToken: 'foreign', progress: 1, stage: 'a' })).to.equal(false);
    expect(wire.link.reported({ progressToken: 5, progress: 1, stage: 'a' })).to.equal(false);
  });

  describe('whose call is not wanted any more', () => {
    it('tells the worker, holds the slot until it answers, and hears no reports meanwhile', async () => {
      const wire = linkOnWire();
      const asked = new Asked();
      const outcome = new Outcome(wire.link.call(asked));
      const id = wire.newest;
      asked.abort(GONE);
      expect(wire.told('notifications/cancelled')).to.deep.equal([{ requestId: id, reason: 'the caller left' }]);
      expect(wire.link.reported({ progressToken: id, progress: 1, stage: 'a' })).to.equal(true);
      expect(wire.link.find(id), 'served no more').to.equal(undefined);
      await settled();
      expect([outcome.settled, asked.reports.length, wire.link.inFlight]).to.deep.equal([false, 0, 1]);
      wire.refuse(id, ERRORS.CANCELLED.code);
      await settled();
      expect(outcome.error).to.equal(GONE);
      expect(wire.fake.pending, 'appointments left').to.equal(0);
    });

    it('gives the slot away after 30 s, however much the worker reports, and takes the late answer once', async () => {
      const wire = linkOnWire();
      const asked = new Asked();
      const outcome = new Outcome(wire.link.call(asked));
      const id = wire.newest;
      asked.abort(GONE);
      wire.fake.advance(29_999);
      wire.link.reported({ progressToken: id, progress: 0.2, stage: 'still at it' });
      await settled();
      expect(outcome.settled).to.equal(false);
      wire.fake.advance(1);
      await settled();
      expect(outcome.told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect(wire.link.reported({ progressToken: id, progress: 0.3, stage: 'a' }), 'a late report').to.equal(true);
      expect([wire.answer(id, 'late'), wire.answer(id, 'again')]).to.deep.equal([true, false]);
    });

    it('is not sent at all when that is known before', async () => {
      const wire = linkOnWire();
      const asked = new Asked();
      asked.abort(GONE);
      const outcome = new Outcome(wire.link.call(asked));
      await settled();
      expect([outcome.error, wire.sent.length]).to.deep.equal([GONE, 0]);
    });

    it('remembers so many of them and no more', () => {
      const wire = linkOnWire();
      const ids = Array.from({ length: 1_001 }, () => {
        const asked = new Asked();
        wire.link.call(asked).catch(() => {});
        asked.abort(GONE);
        return wire.newest;
      });
      wire.fake.advance(30_000);
      expect(ids.map((id) => wire.answer(id, 1)).filter((known) => !known)).to.have.length(1);
    });
  });

  describe('whose connection is lost', () => {
    it('tells every call of it, once, and sends nothing more', async () => {
      const wire = linkOnWire();
      const [asked, unwanted] = [new Asked(), new Asked()];
      const outcome = new Outcome(wire.link.call(asked));
      wire.link.call(unwanted).catch(() => {});
      unwanted.abort(GONE);
      wire.link.disconnected();
      wire.link.disconnected();
      expect([asked.interruptions, unwanted.interruptions]).to.deep.equal([1, 0]);
      const later = new Outcome(wire.link.call(new Asked()));
      await settled();
      expect(outcome.settled).to.equal(false);
      expect(later.told).to.deep.equal(['UPSTREAM_ERROR', false]);
      expect(later.error?.retryable).to.equal(true);
    });

    it('settles them all when the worker does not come back', async () => {
      const wire = linkOnWire();
      const outcomes = [1, 2].map(() => new Outcome(wire.link.call(new Asked())));
      wire.link.lost('it did not come back');
      wire.link.lost('said twice');
      await settled();
      for (const { told } of outcomes) expect(told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect(outcomes[0]?.error?.message).to.contain('it did not come back');
      expect(wire.answer(wire.newest, 1)).to.equal(false);
    });

    it('sends nothing on a session that is being closed', async () => {
      const sent: string[] = [];
      const session = { state: 'closing' as const, ask: (text: string) => void sent.push(text), notify: () => {} };
      const { link } = linkOnWire({ session });
      const outcome = new Outcome(link.call(new Asked()));
      const probe = await link.ping(new AbortController().signal).catch((error: unknown) => error);
      expect(CallError.is(probe)).to.equal(true);
      expect([sent.length, outcome.told]).to.deep.equal([0, ['UPSTREAM_ERROR', false]]);
    });

    it('goes on over the next connection with what the worker still holds, under the same ids', async () => {
      const [before, after] = [linkOnWire(), linkOnWire()];
      const [held, forgotten, unwanted] = [new Asked(), new Asked(), new Asked()];
      const outcomes = [held, forgotten, unwanted].map((asked) => new Outcome(before.link.call(asked)));
      const ids = before.sent.map(({ id }) => id ?? '');
      unwanted.abort(GONE);
      before.link.disconnected();
      const wanted = before.link.moveTo(after.link, new Set([...ids.filter((_id, at) => at !== 1), 'unknown']));
      expect(wanted).to.deep.equal([ids[0]]);
      await settled();
      expect(outcomes[1]?.told).to.deep.equal(['UPSTREAM_ERROR', true]);
      expect(outcomes[2]?.error).to.equal(GONE);
      held.abort(GONE);
      expect(before.told('notifications/cancelled')).to.have.length(1);
      expect(after.told('notifications/cancelled')).to.deep.equal([{ requestId: ids[0], reason: 'the caller left' }]);
      expect(before.answer(ids[0] ?? '', 'on the old one')).to.equal(false);
      expect(after.answer(ids[0] ?? '', 'on the new one')).to.equal(true);
      expect(after.answer(ids[2] ?? '', 'was told to stop'), 'what was unwanted may still come').to.equal(true);
      await settled();
      expect(outcomes[0]?.value).to.equal('on the new one');
    });
  });

  describe('with an attempt of an earlier process', () => {
    const ticket = { id: 'job_1', attempt: 2 };

    it('waits for its answer without asking again', async () => {
      const wire = linkOnWire();
      wire.link.expect('old-7');
      const outcome = new Outcome(wire.link.adopt('old-7', new Asked({}, ticket)));
      expect(wire.sent).to.deep.equal([]);
      expect(wire.link.find('old-7')?.call.job).to.deep.equal(ticket);
      expect(() => wire.link.adopt('old-7', new Asked({}, ticket))).to.throw('twice');
      expect(wire.answer('old-7', 'at last')).to.equal(true);
      await settled();
      expect(outcome.value).to.equal('at last');
    });

    it('keeps an answer that comes before somebody waits for it, the first of two', async () => {
      const wire = linkOnWire();
      wire.link.expect('old-7');
      expect([wire.answer('old-7', 'early'), wire.answer('old-7', 'again')]).to.deep.equal([true, true]);
      expect(wire.link.reported({ progressToken: 'old-7', progress: 1, stage: 'a' })).to.equal(true);
      const outcome = new Outcome(wire.link.adopt('old-7', new Asked({}, ticket)));
      await settled();
      expect(outcome.value).to.equal('early');
    });

    it('stops it at once when it is not wanted any more, and loses it with the connection', async () => {
      const wire = linkOnWire();
      const asked = new Asked({}, ticket);
      asked.abort(GONE);
      const outcome = new Outcome(wire.link.adopt('old-7', asked));
      expect(wire.told('notifications/cancelled')).to.have.length(1);
      wire.link.lost('its connection is lost');
      const late = new Outcome(wire.link.adopt('old-8', new Asked({}, ticket)));
      await settled();
      for (const { told } of [outcome, late]) expect(told).to.deep.equal(['UPSTREAM_ERROR', true]);
    });

    it('takes what is awaited along to the next connection, and lets go of what was dismissed', async () => {
      const [before, after] = [linkOnWire(), linkOnWire()];
      for (const id of ['old-1', 'old-2', 'old-3']) before.link.expect(id);
      before.link.dismiss('old-3');
      before.answer('old-1', 'early');
      expect(before.link.moveTo(after.link, new Set(['old-1', 'old-3']))).to.deep.equal(['old-1']);
      const outcome = new Outcome(after.link.adopt('old-1', new Asked({}, ticket)));
      expect(after.answer('old-3', 'not wanted'), 'dismissed').to.equal(true);
      expect(after.answer('old-2', 'not held'), 'forgotten').to.equal(false);
      await settled();
      expect(outcome.value).to.equal('early');
    });
  });

  describe('as a probe', () => {
    it('asks ping, and passes whatever the worker says of it', async () => {
      const wire = linkOnWire();
      const probe = wire.link.ping(new AbortController().signal);
      expect(wire.sent[0]).to.deep.include({ method: 'ping', params: {} });
      wire.link.answered({ kind: 'success', id: wire.newest, result: {} });
      await probe;
      const second = wire.link.ping(new AbortController().signal).catch((error: CallError) => error.errorName);
      wire.refuse(wire.newest, ERRORS.METHOD_NOT_FOUND.code);
      expect(await second).to.equal('METHOD_NOT_FOUND');
    });

    it('ends with its signal, and with the connection; a late answer is no fault', async () => {
      const wire = linkOnWire();
      const controller = new AbortController();
      const probe = wire.link.ping(controller.signal).catch((error: unknown) => error);
      controller.abort(GONE);
      expect(await probe).to.equal(GONE);
      expect(wire.link.answered({ kind: 'success', id: wire.newest, result: {} })).to.equal(true);
      const cut = wire.link.ping(new AbortController().signal).catch((error: CallError) => error.errorName);
      wire.link.disconnected();
      expect(await cut).to.equal('UPSTREAM_ERROR');
    });
  });
});
