import { io } from 'socket.io-client';
import type { Candidate } from './candidate.ts';

export const socketIo: Candidate = {
  name: 'socket.io-client',
  server: 'socket-io',
  reconnects: true,
  async open(port) {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve) => socket.on('connect', resolve));
    return {
      call: (name, args) => socket.emitWithAck('tools/call', { name, arguments: args }),
      onReady: (listener) => socket.on('connect', listener),
      close: () => {
        socket.close();
      },
    };
  },
};
