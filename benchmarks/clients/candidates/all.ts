import { callsheet, callsheetCoalesced } from './callsheet.ts';
import type { Candidate } from './candidate.ts';
import { jayson } from './jayson.ts';
import { jsonRpc } from './json-rpc.ts';
import { rawWs, rawWsArrays } from './raw-ws.ts';
import { rpcWebsockets } from './rpc-websockets.ts';
import { socketIo } from './socket-io.ts';

/** The floor first, then the peers, then ours. */
export const CANDIDATES: readonly Candidate[] = [
  rawWs,
  rawWsArrays,
  rpcWebsockets,
  jayson,
  jsonRpc,
  socketIo,
  callsheet,
  callsheetCoalesced,
];
