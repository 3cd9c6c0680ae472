import { createClient } from '../../src/index.ts';

/** Makes one call for each address it is sent, and says how it went. */
globalThis.onmessage = async ({ data: { url, apiKey } }: MessageEvent<{ url: string; apiKey: string }>) => {
  const client = createClient({ url, auth: { type: 'apiKey', apiKey } });
  const answer = await client.call('diagnostics_echo', { value: 'from a worker' });
  await client.close();
  postMessage(answer);
};
