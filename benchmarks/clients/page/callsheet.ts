import { connect } from '@callsheet/sdk-browser';
import type { Candidate } from '../candidates/candidate.ts';

export const callsheet = callsheetWith('Callsheet', false);
export const callsheetCoalesced = callsheetWith('Callsheet, coalesced', true);

function callsheetWith(name: string, coalesce: boolean): Candidate {
  return {
    name,
    server: 'json-rpc',
    reconnects: true,
    async open(port) {
      const client = await connect({ url: `ws://127.0.0.1:${port}/rpc`, ...(!coalesce && { coalesce }) });
      return {
        call: (tool, args) => client.call(tool, args),
        onReady: (listener) => {
          client.on('ready', listener);
        },
        close: () => client.close(),
      };
    },
  };
}
