import { expect } from 'chai';
import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { CallsheetProvider, useClient, useConnection, useJob, useTool } from '../../src/react.ts';
import { createTestGateway, testClient } from '../../src/testing.ts';
import type { LabTools } from './lab.ts';

function Everything(): ReactNode {
  const { pending, data } = useTool('double');
  const { state, progress } = useJob('job_1');
  return JSON.stringify({ connection: useConnection(), pending, data: data ?? null, state: state ?? null, progress });
}

describe('React hooks on a server', () => {
  it('render the beginning of everything and ask nothing', async () => {
    const gateway = createTestGateway<LabTools>();
    const client = testClient(gateway);
    await client.connect();
    const html = renderToString(createElement(CallsheetProvider<LabTools>, { client }, createElement(Everything)));
    expect(JSON.parse(html.replaceAll('&quot;', '"'))).to.deep.equal({
      connection: 'idle',
      pending: false,
      data: null,
      state: null,
      progress: 0,
    });
    expect(gateway.received.map(({ method }) => method)).to.deep.equal(['session/open']);
    await client.close();
  });

  it('say what is missing where there is no provider', () => {
    const Lost = (): ReactNode => {
      useClient();
      return null;
    };
    expect(() => renderToString(createElement(Lost))).to.throw('add a <CallsheetProvider>');
  });
});
