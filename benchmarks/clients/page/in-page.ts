// What runs in the page: `openClient` connects one, `drive` lets it call. Bundled as it would be for users.
import type { Connection } from '../candidates/candidate.ts';
import { rpcWebsockets } from '../candidates/rpc-websockets.ts';
import { socketIo } from '../candidates/socket-io.ts';
import { keepInFlight, type Rounds, type Run } from '../keep-in-flight.ts';
import { callsheet, callsheetCoalesced } from './callsheet.ts';
import { rawWebSocket } from './raw-web-socket.ts';

const CANDIDATES = [rawWebSocket, rpcWebsockets, socketIo, callsheet, callsheetCoalesced];

/** What the benchmark calls from outside. */
export interface InPage {
  /** Name and kind of server of each client. */
  candidates(): { name: string; server: string }[];
  openClient(name: string, port: number): Promise<void>;
  drive(name: string, run: Run): Promise<Rounds>;
}

const connections = new Map<string, Connection>();
const inPage: InPage = {
  candidates: () => CANDIDATES.map(({ name, server }) => ({ name, server })),
  async openClient(name, port) {
    const candidate = CANDIDATES.find((one) => one.name === name);
    if (candidate !== undefined) connections.set(name, await candidate.open(port));
  },
  drive(name, run) {
    const connection = connections.get(name);
    if (connection === undefined) throw new Error(`"${name}" is not connected`);
    return keepInFlight(connection, 'echo', run);
  },
};
Object.assign(globalThis, { inPage });
