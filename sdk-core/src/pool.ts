import { type Channel, openChannel } from './channel.ts';
import type { ClientEvents } from './client-events.ts';
import type { Timer } from './clock.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Engine } from './engine.ts';
import { ConnectionError, type RpcClientError } from './errors.ts';
import type { Lines } from './lines.ts';
import { type ConnectionInfo, chooser } from './pool-strategies.ts';
import type { Session } from './session.ts';

/** So long a place stays empty whose connection cannot be made while others can. Milliseconds. */
const REFUSED_MS = 30_000;

/** Connections that calls are spread over, opened as the load asks for them. */
export interface Pool extends Lines {
  readonly infos: ConnectionInfo[];
  /** A session of one of them, the one of the events first. */
  readonly session: Session | undefined;
  /** Bytes that wait here and in the sockets. */
  readonly unsentBytes: number;
}

export function openPool(engine: Engine): Pool {
  const { settings, parts, events } = engine;
  const { clock, random } = settings;
  const { size, eager, strategy, idleMs } = settings.pool;
  const choose = chooser(strategy, random);
  let members: Channel[] = [];
  let made = 0;
  let refusedUntil = 0;
  let state: ConnectionState = 'idle';
  let draining = false;
  let slow = false;
  let ended: RpcClientError | undefined;
  let idle: Timer | undefined;
  /** The one that events come on. */
  let home: Channel | undefined;

  const grow = (): void => {
    const turn = made++;
    const id = `c${turn + 1}`;
    const emit = <E extends keyof ClientEvents>(event: E, value: ClientEvents[E]): void => {
      if (event === 'state') update();
      else events.emit(event, event === 'error' ? value : { ...value, connection: id });
    };
    const member = openChannel(id, turn, engine, { emit });
    members.push(member);
    member.connection.wake();
    if (made < eager) self.wanted();
    if (members.length > 1) idle ??= clock.after(idleMs, shrink);
  };

  /** Closes what was not needed for a while. */
  const shrink = (): void => {
    const since = clock.now() - idleMs;
    for (const member of members) {
      if (member === home || !member.open || member.inFlight > 0 || member.idleSince > since) continue;
      members = members.filter((other) => other !== member);
      const why = 'not needed';
      void member.connection.close(1000, why, new ConnectionError('CLOSED', why));
    }
    idle = members.length > 1 ? clock.after(idleMs, shrink) : undefined;
  };

  /** Another member takes over the events. */
  const leaveHome = (member: Channel): void => {
    if (home !== member) return;
    home = members.find((other) => other !== member && other.open);
    parts.moved();
    if (home !== undefined) parts.home();
  };

  const end = (cause: RpcClientError): void => {
    if (ended !== undefined) return;
    ended = cause;
    idle?.cancel();
    engine.over(cause);
  };

  const update = (): void => {
    const from = state;
    const best = (['ready', 'reconnecting', 'connecting'] as const).find((one) =>
      members.some(({ connection }) => connection.state === one),
    );
    state = ended !== undefined ? 'closed' : draining ? 'draining' : (best ?? from);
    if (state !== from) events.emit('state', { from, to: state });
  };

  const self: Pool = {
    get state() {
      return state;
    },
    get home() {
      return home?.connection.session && home;
    },
    isOnline: (url) => members.some(({ open, connection }) => open && (url === undefined || connection.url === url)),
    get isCongested() {
      return members.some((member) => member.isCongested());
    },
    get infos() {
      return members.map(({ info }) => info);
    },
    get session() {
      return (self.home ?? members.find(({ connection }) => connection.session))?.connection.session;
    },
    get unsentBytes() {
      return self.infos.reduce((bytes, { bufferedBytes }) => bytes + bufferedBytes, engine.waiting.length);
    },

    pick({ only, boundTo, call }) {
      const [first] = members;
      if (only !== undefined || (members.length === 1 && boundTo === undefined)) {
        const one = only ?? first;
        return one?.hasRoom() ? one : undefined;
      }
      const able = members.filter(
        (member) => member.hasRoom() && (boundTo === undefined || member.connection.url === boundTo),
      );
      const { method, tool, options } = call;
      return able.length < 2 ? able[0] : choose(able, { method, key: options.route?.affinity ?? tool ?? method });
    },

    /** Dials the first, or one more where all that are open have their hands full. */
    wanted() {
      // Those whose gateways are going down finish what they have: beside them there is room for as many.
      const shut = members.filter(({ open, connection }) => connection.session && !open).length;
      if (ended === undefined && members.length - shut < size && clock.now() >= refusedUntil) {
        const dialling = members.some(({ connection }) => !connection.session && connection.state === 'connecting');
        if (made < eager || (!dialling && (shut > 0 || self.isOnline()))) grow();
      }
      if (slow || !self.isCongested) return;
      slow = true;
      events.emit('slow', { bufferedBytes: self.unsentBytes });
    },

    async connect() {
      if (ended !== undefined) throw ended;
      if (members.length === 0) self.wanted();
      return Promise.any(members.map(({ connection }) => connection.ready())).catch(({ errors: [first] }) => {
        throw first;
      });
    },

    probe() {
      for (const { connection } of members) connection.probe();
    },

    rest() {
      for (const { connection } of members) connection.rest();
    },

    drain() {
      draining = true;
      update();
    },

    async close(code, reason, cause) {
      const leaving = members;
      end(cause);
      if (leaving.length === 0) update();
      await Promise.all(leaving.map(({ connection }) => connection.close(code, reason, cause)));
    },

    online(member) {
      home ??= member;
      if (home === member) {
        if (member.connection.session?.resumed === false) parts.moved();
        parts.home();
      }
      engine.pump();
    },

    room() {
      slow &&= self.isCongested;
      engine.pump();
    },

    offline(member, resumable) {
      if (!resumable) leaveHome(member);
      // What waits has to know that it grows old from now on.
      engine.pump();
    },

    /** It stays away: its calls may as well go out on others. */
    failed(member) {
      if (!self.isOnline()) return;
      leaveHome(member);
      engine.again(member.take((call) => engine.survives(call) && !call.undecided && call.boundTo === undefined));
      engine.pump();
    },

    over(member, cause) {
      members = members.filter((other) => other !== member);
      if (ended === undefined && members.length > 0) {
        refusedUntil = clock.now() + REFUSED_MS;
        leaveHome(member);
      } else end(cause);
    },
  };
  return self;
}
