import type { Client } from '@callsheet/sdk-core';
import { act, createElement, type ReactNode, StrictMode, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import * as hooks from '../../src/react.ts';
import { createTestGateway, settle, testClient } from '../../src/testing.ts';

/** The tools of the components below. */
export interface LabTools {
  double: { input: { n: number }; output: number };
  render: { input: object; output: string };
  broken: { input: object; output: never };
}

declare module '@callsheet/sdk-browser/react' {
  interface Register {
    readonly tools: LabTools;
  }
}

/** A mounted component that does nothing but use a hook. */
export interface Mounted<S, H> {
  /** What the hook said at each render. */
  readonly said: S[];
  readonly now: S;
  /** Whatever else the test wants of the hook. */
  readonly text: string;
  /** Renders again with another value handed to the hook. */
  give(value: H): Promise<void>;
  unmount(): Promise<void>;
}

async function mount<S, H = undefined>(
  client: Client<never> | Client<LabTools>,
  use: (given: H) => S,
  first: NoInfer<H>,
  html?: string,
): Promise<Mounted<S, H>> {
  const said: S[] = [];
  let change: (value: { given: H }) => void = () => undefined;
  function Probe(): ReactNode {
    const [{ given }, set] = useState({ given: first });
    change = set;
    said.push(use(given));
    return JSON.stringify(said.at(-1));
  }
  const place = document.createElement('div');
  document.body.append(place);
  const tree = createElement(
    StrictMode,
    null,
    createElement(hooks.CallsheetProvider, { client: client as Client<LabTools> }, createElement(Probe)),
  );
  if (html !== undefined) place.innerHTML = html;
  const root = html === undefined ? createRoot(place) : hydrateRoot(place, tree);
  await act(async () => {
    if (html === undefined) root.render(tree);
    await settle();
  });
  return {
    said,
    get now() {
      return said.at(-1) as S;
    },
    get text() {
      return place.textContent ?? '';
    },
    give: (given) => act(async () => change({ given })),
    unmount: () => act(async () => root.unmount()),
  };
}

/** Does something and waits until all of it was rendered. */
async function during(run: () => unknown): Promise<void> {
  await act(async () => {
    await run();
    await settle();
  });
}

/** A gateway whose tool `render` goes on as the test says. */
function house() {
  const going: { progress(fraction: number): void; end(value: string): void; signal: AbortSignal }[] = [];
  const gateway = createTestGateway<LabTools>({
    tools: {
      double: ({ n }) => n * 2,
      render: (_args, { progress, signal }) =>
        new Promise<string>((end) => {
          going.push({
            progress: (fraction) => progress({ stage: 'work', fraction }),
            end,
            signal: signal as AbortSignal,
          });
        }),
      broken: () => Promise.reject(new Error('out of order')),
    },
  });
  return { gateway, client: testClient(gateway), going };
}

const equipment = { ...hooks, mount, during, house, settle };

declare global {
  /** React as in development, with the hooks and a gateway in memory, in pages made of this file. */
  var lab: typeof equipment;
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
globalThis.lab = equipment;
