import { expect } from 'chai';
import { pageUrl } from '../src/page-url.ts';

describe('the address a page writes', () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'location');
  const from = (href: string): void => {
    Object.defineProperty(globalThis, 'location', { value: { href }, configurable: true });
  };
  beforeEach(() => from('https://app.example.com/films/7?x=1#top'));
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location');
    if (before) Object.defineProperty(globalThis, 'location', before);
  });

  it('may be relative to the page, and is as safe as the page', () => {
    expect(pageUrl('/rpc')).to.equal('wss://app.example.com/rpc');
    from('http://127.0.0.1:8080/index.html');
    expect(pageUrl('/rpc')).to.equal('ws://127.0.0.1:8080/rpc');
  });

  it('may begin with http or https', () => {
    expect(pageUrl('https://media.example.com/rpc')).to.equal('wss://media.example.com/rpc');
    expect(pageUrl('http://127.0.0.1:8081/rpc')).to.equal('ws://127.0.0.1:8081/rpc');
    expect(pageUrl('wss://media.example.com/rpc')).to.equal('wss://media.example.com/rpc');
  });

  it('needs no path', () => {
    expect(pageUrl('wss://media.example.com')).to.equal('wss://media.example.com/rpc');
    expect(pageUrl('/')).to.equal('wss://app.example.com/rpc');
  });

  it('may be several, or be asked for', async () => {
    expect(pageUrl(['/a', 'wss://b.example/rpc'])).to.deep.equal(['wss://app.example.com/a', 'wss://b.example/rpc']);
    expect(await pageUrl(async () => '/rpc')()).to.equal('wss://app.example.com/rpc');
    expect(await pageUrl(() => ['/rpc'])()).to.deep.equal(['wss://app.example.com/rpc']);
  });

  it('can be read on a server that renders pages, where nothing is dialled', () => {
    Reflect.deleteProperty(globalThis, 'location');
    expect(pageUrl('/rpc')).to.equal('ws://localhost/rpc');
  });

  it('is left for the engine to refuse when it cannot be read', () => {
    expect(pageUrl('wss://')).to.equal('wss://');
    expect(pageUrl(7 as never)).to.equal(7);
    // A worker made of a blob has no address others could be relative to.
    from('blob:https://app.example.com/3d1e');
    expect(pageUrl('/rpc')).to.equal('/rpc');
  });
});
