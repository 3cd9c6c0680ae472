import { serveTabs } from '../../src/worker.ts';

// What belongs to an application's worker, said by the address of the script.
const asked = new URLSearchParams(location.search);
serveTabs({
  url: asked.get('url') ?? '',
  auth: { type: 'apiKey', apiKey: asked.get('key') ?? '' },
});
