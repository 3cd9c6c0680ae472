import { expect } from 'chai';
import { useChromium } from './chromium.ts';
import type { PageGateway } from './page-gateway.ts';

const EMPTY = new URL('./pages/socket.ts', import.meta.url);

describe('the browser the tests use', () => {
  const chromium = useChromium();
  let gateway: PageGateway;
  before(async () => {
    gateway = await chromium.gateway();
  });

  it('opens a socket to a gateway that admits the page', async () => {
    const page = await chromium.open(EMPTY);
    const protocol = await page.evaluate(async (url) => {
      const socket = new WebSocket(url, ['callsheet.v1']);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.close();
      return socket.protocol;
    }, gateway.url);
    expect(protocol).to.equal('callsheet.v1');
  });

  it('shares storage among the tabs of one test, and forgets it after', async () => {
    const [first, second] = [await chromium.open(EMPTY), await chromium.open(EMPTY)];
    expect(await first.evaluate(() => localStorage.length)).to.equal(0);
    await first.evaluate(() => localStorage.setItem('seen', 'yes'));
    expect(await second.evaluate(() => localStorage.getItem('seen'))).to.equal('yes');
    const third = await (await chromium.context()).newPage();
    expect(third.url()).to.equal('about:blank');
  });

  it('damages a wire: a stall is silent, a cut is not, and a resumed wire serves again', async () => {
    const relay = await chromium.relay(gateway.port);
    const page = await chromium.open(EMPTY);
    const dial = (): Promise<string> =>
      page.evaluate(async (url) => {
        const socket = new WebSocket(url, ['callsheet.v1']);
        Object.assign(window, { socket });
        return new Promise<string>((resolve) => {
          socket.addEventListener('open', () => resolve('open'));
          socket.addEventListener('close', () => resolve('closed'));
        });
      }, relay.url);
    const ping = (): Promise<string> =>
      page.evaluate(async () => {
        const { socket } = window as unknown as { socket: WebSocket };
        socket.send('{"jsonrpc":"2.0","id":1,"method":"ping"}');
        return new Promise<string>((resolve) => {
          socket.addEventListener('message', () => resolve('heard'));
          socket.addEventListener('close', ({ code }) => resolve(`closed ${code}`));
          setTimeout(() => resolve('silence'), 300);
        });
      });
    expect(await dial()).to.equal('open');
    expect(await ping()).to.equal('heard');
    relay.stall();
    expect(await ping()).to.equal('silence');
    relay.resume();
    expect(await ping()).to.equal('silence');
    expect(await dial()).to.equal('open');
    expect(relay.open).to.equal(2);
    const answer = page.evaluate(async () => {
      const { socket } = window as unknown as { socket: WebSocket };
      return new Promise<string>((resolve) =>
        socket.addEventListener('close', ({ code }) => resolve(`closed ${code}`)),
      );
    });
    await page.evaluate(() => undefined);
    relay.cut();
    expect(await answer).to.equal('closed 1006');
  });

  it('starts a killed gateway again where it was', async () => {
    await gateway.kill();
    await gateway.restart();
    expect((await fetch(`${gateway.httpUrl}/health/live`)).status).to.equal(200);
    expect(await gateway.ticket())
      .to.be.a('string')
      .and.not.equal('');
  });
});
