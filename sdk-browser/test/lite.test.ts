import { expect } from 'chai';
import { createClient } from '../src/lite.ts';
import { useChromium } from './chromium.ts';
import './pages/lite.ts';

const LITE = new URL('./pages/lite.ts', import.meta.url);

describe('the small client in a page', () => {
  const chromium = useChromium();

  it('calls with a ticket, comes back when the wire is cut, and says what a cut call is', async () => {
    const gateway = await chromium.gateway();
    const relay = await chromium.relay(gateway.port);
    const page = await chromium.open(LITE);
    await page.exposeFunction('fetchTicket', () => gateway.ticket());
    await page.exposeFunction('cut', () => relay.cut());
    const seen = await page.evaluate(
      async (url) => {
        const { fetchTicket, cut } = window as unknown as { fetchTicket(): Promise<string>; cut(): Promise<void> };
        const client = lite.createClient({ url, auth: { type: 'ticket', ticket: fetchTicket } });
        const states: string[] = [];
        client.on('state', ({ to }) => states.push(to));
        const first = await client.call('diagnostics_echo', { value: 1 });
        const lost = client.call('diagnostics_sleep', { ms: 5_000 }).catch((error: unknown) => error);
        await client.call('diagnostics_echo', { value: 2 });
        await cut();
        const error = (await lost) as { name: string; code: string; maybeExecuted: boolean };
        const again = await client.call('diagnostics_echo', { value: 3 });
        await client.close();
        return { first, again, states, error: { ...error, name: error.name }, is: lite.RpcClientError.is(error) };
      },
      gateway.url.replace(String(gateway.port), String(relay.port)),
    );
    expect(seen).to.deep.include({ first: { value: 1 }, again: { value: 3 }, is: true });
    expect(seen.error).to.include({ name: 'RpcClientError', code: 'CONNECTION_LOST', maybeExecuted: true });
    expect(seen.states).to.deep.equal(['connecting', 'ready', 'reconnecting', 'ready', 'closed']);
  });
});

describe('the small client', () => {
  it('takes no key that everybody could read in the page', () => {
    const auth = { type: 'apiKey', apiKey: 'csk_live_1' } as const;
    expect(() => createClient({ url: 'ws://h/rpc', auth })).to.throw(TypeError, 'everybody can read a key in a page');
    expect(createClient({ url: 'ws://h/rpc', auth, dangerouslyAllowKeyInPage: true }).state).to.equal('idle');
  });
});
