import { openChannel } from './channel.ts';
import type { Engine } from './engine.ts';
import type { Lines } from './lines.ts';

/** All calls on one connection, which goes to the next address when one cannot be reached. */
export function oneLine(engine: Engine): Lines {
  const channel = openChannel('c1', 0, engine, engine.events);
  const { connection } = channel;
  return {
    get state() {
      return connection.state;
    },
    get home() {
      return connection.session && channel;
    },
    get isOnline() {
      return channel.open;
    },
    get isCongested() {
      return channel.isCongested();
    },
    pick: ({ boundTo }) =>
      channel.hasRoom() && (boundTo === undefined || boundTo === connection.url) ? channel : undefined,
    wanted: () => connection.wake(),
    connect: () => connection.ready(),
    probe: () => connection.probe(),
    rest: () => connection.rest(),
    drain: () => connection.drain(),
    close: (code, reason, cause) => connection.close(code, reason, cause),
    online: engine.pump,
    room: engine.pump,
    offline: engine.pump,
    failed: () => undefined,
    over: (_channel, cause) => engine.over(cause),
  };
}
