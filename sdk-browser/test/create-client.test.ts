import { expect } from 'chai';
import { connect, createClient } from '../src/index.ts';
import { createClient as createLite } from '../src/lite.ts';

describe('createClient of a page', () => {
  it('dials nothing by itself', async () => {
    const client = createClient({ url: 'ws://127.0.0.1:1/rpc' });
    expect(client.state).to.equal('idle');
    await client.close();
  });

  it('refuses a key that everybody could read in the page, unless it is told to take it', async () => {
    const options = { url: 'wss://a.example', auth: { type: 'apiKey', apiKey: 'csk_1' } } as const;
    expect(() => createClient(options)).to.throw(TypeError, 'dangerouslyAllowKeyInPage');
    await createClient({ ...options, dangerouslyAllowKeyInPage: true }).close();
  });

  it('refuses what are no options, also of the small client', () => {
    for (const create of [createClient, createLite]) {
      for (const none of [null, 5, 'ws://h/rpc', []] as never[]) {
        expect(() => create(none)).to.throw(TypeError, 'Cannot create a client: expected an object, got');
      }
    }
  });

  it('refuses what it does not know, with the name of it', async () => {
    expect(() => createClient({ url: 'wss://' })).to.throw(TypeError, 'option "url"');
    expect(() => createClient({ url: 'wss://a.example', colour: 'red' } as never)).to.throw(
      TypeError,
      'no option "colour"',
    );
    await connect({ url: 'wss://' }).then(
      () => expect.fail('connected to nothing'),
      (error) => expect(error).to.be.instanceOf(TypeError),
    );
  });
});
