import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How much longer than other silence an answer may stand still. A peer that reads slowly looks like one that does not
 * read: Linux holds up to 4 MB of a connection and wakes the writer only when a third of it is free, so that at 100 KB/s
 * nothing moves here for 14 s at a time. With 10 s of patience, three times that long lets everybody live who reads
 * 50 KB/s, and on connections with less in the kernel whoever is slower still.
 */
const STILL = 3;

/**
 * Ends connections whose peer asked and does not read. Time in which the answer is not there yet is not the peer's, and
 * does not count. What a peer sends too slowly is bounded elsewhere, by the timeouts for headers and requests.
 *
 * A write of which the kernel took a part makes Node wait one time more: an unread answer ends after `STILL · giveUpMs`
 * to twice that.
 */
export function giveUpUnread(server: Server, giveUpMs: number): void {
  const patienceMs = STILL * giveUpMs;
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.setTimeout(patienceMs);
    response.on('timeout', (socket: Socket) => {
      if (socket.writableLength > 0) socket.destroy();
      else socket.setTimeout(patienceMs);
    });
  });
}
