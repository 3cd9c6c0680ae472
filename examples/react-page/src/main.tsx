// Types of the tools: npx callsheet types --tools create_video,generate_video_script --out src/tools.d.ts
import { createClient, ticketFrom } from '@callsheet/sdk-browser';
import { CallsheetProvider } from '@callsheet/sdk-browser/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../../browser-page/style.css';
import { Page } from './page.tsx';
import type { Tools } from './tools.d.ts';

declare module '@callsheet/sdk-browser/react' {
  interface Register {
    readonly tools: Tools;
  }
}

// Made once, outside of the components: it outlives all of them.
const client = createClient<Tools>({
  url: async () => (await fetch('/gateway')).text(),
  auth: { type: 'ticket', ticket: ticketFrom('/ticket') },
});
client.connect().catch(() => undefined);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
createRoot(root).render(
  <StrictMode>
    <CallsheetProvider client={client}>
      <Page />
    </CallsheetProvider>
  </StrictMode>,
);
