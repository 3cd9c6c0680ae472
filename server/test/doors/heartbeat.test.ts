import { expect } from 'chai';
import type { WebSocket } from 'ws';
import { Heartbeat } from '../../src/doors/heartbeat.ts';
import { Traffic } from '../../src/session/traffic.ts';
import { FakeClock } from '../fake-clock.ts';

/** A socket that only remembers what was done to it. */
function fakeSocket(): { socket: WebSocket; done: string[] } {
  const done: string[] = [];
  const socket = {
    ping: () => done.push('ping'),
    close: (code: number) => done.push(`close ${code}`),
    terminate: () => done.push('terminate'),
  };
  return { socket: socket as unknown as WebSocket, done };
}

describe('the heartbeat', () => {
  const sweeps = (heartbeat: Heartbeat, count: number): void => {
    for (let sweep = 0; sweep < count; sweep++) heartbeat.sweep();
  };

  it('pings a silent peer once and gives it up when nothing comes back', () => {
    const heartbeat = new Heartbeat({
      intervalMs: 25_000,
      timeoutMs: 10_000,
      clock: new FakeClock(),
      traffic: new Traffic(),
    });
    const { socket, done } = fakeSocket();
    heartbeat.watch(socket);
    sweeps(heartbeat, 6);
    expect(done).to.deep.equal(['ping']);
    sweeps(heartbeat, 2);
    expect(done).to.deep.equal(['ping', 'close 4408', 'terminate']);
    heartbeat.stop();
  });

  it('leaves a peer alone that was heard, and begins again after a pong', () => {
    const heartbeat = new Heartbeat({
      intervalMs: 25_000,
      timeoutMs: 10_000,
      clock: new FakeClock(),
      traffic: new Traffic(),
    });
    const { socket, done } = fakeSocket();
    const pulse = heartbeat.watch(socket);
    for (let sweep = 0; sweep < 20; sweep++) {
      pulse.heard = true;
      heartbeat.sweep();
    }
    expect(done).to.deep.equal([]);
    sweeps(heartbeat, 5);
    pulse.heard = true;
    sweeps(heartbeat, 5);
    expect(done).to.deep.equal(['ping']);
    heartbeat.stop();
  });
});
