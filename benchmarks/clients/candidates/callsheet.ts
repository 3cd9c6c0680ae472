import { connect } from '@callsheet/sdk-node';
import type { Candidate } from './candidate.ts';

export const callsheet = callsheetWith('Callsheet', false);
export const callsheetCoalesced = callsheetWith('Callsheet, coalesced', true);

function callsheetWith(name: string, coalesce: boolean): Candidate {
  return {
    name,
    server: 'json-rpc',
    reconnects: true,
    async open(port) {
      const key = process.env.CALLSHEET_ADMIN_KEY;
      const client = await connect({
        url: `ws://127.0.0.1:${port}/rpc`,
        ...(key !== undefined && { auth: { type: 'apiKey', apiKey: key } }),
        ...(!coalesce && { coalesce }),
      });
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
