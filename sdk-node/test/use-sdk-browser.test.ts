import { expect } from 'chai';

describe('sdk-node in a bundle for web pages', () => {
  it('says which package a page wants', async () => {
    const loading = import('../src/use-sdk-browser.ts');
    await loading.then(
      () => expect.fail('it loaded'),
      (error) => expect(error.message).to.contain('"@callsheet/sdk-browser"'),
    );
  });
});
