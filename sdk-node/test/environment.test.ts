import { expect } from 'chai';
import { rejection } from '../../sdk-core/test/conversation.ts';
import { environmentCredentials, type NodeClientOptions, withEnvironment } from '../src/environment.ts';
import { connect, createClient } from '../src/index.ts';

describe('the environment of a client', () => {
  it('says where gateways are: one, several with commas, else the one on this machine', () => {
    const urls = (CALLSHEET_URL?: string): unknown => withEnvironment({}, { CALLSHEET_URL }).url;
    expect(urls()).to.equal('ws://127.0.0.1:8081/rpc');
    expect(urls('')).to.equal('ws://127.0.0.1:8081/rpc');
    expect(urls('wss://a.example')).to.equal('wss://a.example/rpc');
    expect(urls(' wss://a.example , wss://b.example/x,, wss://a.example/rpc')).to.deep.equal([
      'wss://a.example/rpc',
      'wss://b.example/x',
    ]);
    expect(() => urls('wss://a.example,https://b.example')).to.throw(
      TypeError,
      'Cannot use CALLSHEET_URL "https://b.example": expected ws:// or wss://',
    );
  });

  it('does not stand in for options that are none', async () => {
    for (const none of [null, 5, 'ws://h/rpc', []] as never[]) {
      expect(() => createClient(none, {})).to.throw(TypeError, 'Cannot create a client: expected an object, got');
      expect(String(await rejection(connect(none, {})))).to.contain('Cannot create a client: expected an object');
    }
  });

  it('is not asked where the options say it', async () => {
    const environment = { CALLSHEET_URL: 'wss://a.example', CALLSHEET_API_KEY: 'k' };
    const auth = { type: 'none' } as const;
    expect(withEnvironment({ url: 'ws://b.example', auth }, environment)).to.include({
      url: 'ws://b.example/rpc',
      auth,
    });
    const several = withEnvironment({ url: ['ws://b.example', 'ws://c.example'] }, environment);
    expect(several.url).to.deep.equal(['ws://b.example/rpc', 'ws://c.example/rpc']);
    const later = withEnvironment({ url: async () => ['ws://b.example', 'ws://c.example'] }, environment);
    expect(await (later.url as unknown as () => Promise<unknown>)()).to.deep.equal([
      'ws://b.example/rpc',
      'ws://c.example/rpc',
    ]);
  });

  for (const [url, sentence] of [
    [[], 'give at least one address'],
    [[7], 'expected an address like ws://'],
    ['ws://me:secret@h', 'must not carry a user name or password'],
  ] as const) {
    it(`refuses the address ${JSON.stringify(url)}`, () => {
      expect(() => withEnvironment({ url } as unknown as NodeClientOptions, {})).to.throw(TypeError, sentence);
    });
  }

  it('says who is calling, by key, token or signature', () => {
    expect(environmentCredentials({ CALLSHEET_API_KEY: 'k', CALLSHEET_TOKEN: '' })).to.deep.equal({
      type: 'apiKey',
      apiKey: 'k',
    });
    expect(environmentCredentials({ CALLSHEET_TOKEN: 'eyJ' })).to.deep.equal({ type: 'jwt', token: 'eyJ' });
    expect(environmentCredentials({ CALLSHEET_HMAC_ID: 'farm', CALLSHEET_HMAC_SECRET: 's' })).to.deep.equal({
      type: 'hmac',
      clientId: 'farm',
      secret: 's',
    });
    expect(environmentCredentials({ CALLSHEET_HMAC_ID: '' })).to.equal(undefined);
    expect(withEnvironment({}, { CALLSHEET_TOKEN: 'eyJ' }).auth).to.deep.equal({ type: 'jwt', token: 'eyJ' });
    expect(withEnvironment({}, {})).to.not.have.property('auth');
  });

  const unclear: [Record<string, string>, string][] = [
    [{ CALLSHEET_API_KEY: 'hush', CALLSHEET_TOKEN: 'hush' }, 'CALLSHEET_API_KEY and CALLSHEET_TOKEN are set'],
    [{ CALLSHEET_API_KEY: 'hush', CALLSHEET_HMAC_SECRET: 'hush' }, 'CALLSHEET_API_KEY and CALLSHEET_HMAC_* are set'],
    [{ CALLSHEET_TOKEN: 'hush', CALLSHEET_HMAC_ID: 'farm' }, 'CALLSHEET_TOKEN and CALLSHEET_HMAC_* are set'],
    [{ CALLSHEET_HMAC_ID: 'farm' }, 'CALLSHEET_HMAC_SECRET is not set'],
    [{ CALLSHEET_HMAC_SECRET: 'hush' }, 'CALLSHEET_HMAC_ID is not set'],
  ];
  for (const [environment, sentence] of unclear) {
    it(`is refused when ${sentence}, without a word of the secret`, () => {
      expect(() => environmentCredentials(environment))
        .to.throw(TypeError, sentence)
        .with.property('message')
        .that.does.not.contain('hush');
    });
  }

  it('is not judged where the options say who is calling', () => {
    const environment = { CALLSHEET_API_KEY: 'k', CALLSHEET_TOKEN: 't' };
    expect(withEnvironment({ auth: { type: 'none' } }, environment).auth).to.deep.equal({ type: 'none' });
  });
});
