import { createClient } from '../../src/index.ts';
import type { Where } from './client.ts';

/** Makes one call for each address it is sent, and says how it went. */
globalThis.onmessage = async ({ data: { url, apiKey } }: MessageEvent<Where>) => {
  const client = createClient({ url, auth: { type: 'apiKey', apiKey }, dangerouslyAllowKeyInPage: true });
  const answer = await client.call('diagnostics_echo', { value: 'from a worker' });
  await client.close();
  postMessage(answer);
};
