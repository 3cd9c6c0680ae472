import type { Browser, CDPSession } from 'playwright-core';

/**
 * A tab that can be hidden and frozen as a user's tabs are. Playwright keeps its own pages visible whatever happens, so
 * this one is made and driven without it, over the DevTools protocol.
 */
export interface BackgroundTab {
  /** Runs a function in the page, as Playwright's `page.evaluate` does. Rejects with the page's error. */
  evaluate<R>(run: () => R | Promise<R>): Promise<R>;
  evaluate<R, A>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Brings another tab to the front: from now on timers run once a second. */
  hide(): Promise<void>;
  show(): Promise<void>;
  /** Stops everything in a hidden tab: timers, events, messages of sockets. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  close(): Promise<void>;
}

/** An answer of the DevTools protocol. */
interface Answer {
  readonly id: number;
  readonly error?: { readonly message: string };
  readonly result: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
}

export async function openBackgroundTab(browser: Browser, url: string): Promise<BackgroundTab> {
  const root = await browser.newBrowserCDPSession();
  const { browserContextId } = await root.send('Target.createBrowserContext');
  const blank = { url: 'about:blank', browserContextId };
  const { targetId } = await root.send('Target.createTarget', blank);
  const front = await root.send('Target.createTarget', blank);
  const { send, loaded } = await attach(root, targetId);
  const show = async (target: string): Promise<void> => {
    await root.send('Target.activateTarget', { targetId: target });
  };
  const turn = async (state: 'frozen' | 'active'): Promise<void> => {
    await send('Page.setWebLifecycleState', { state });
  };
  await show(targetId);
  await send('Page.enable', {});
  await send('Page.navigate', { url });
  await loaded;
  return {
    async evaluate<R>(run: (argument: never) => R | Promise<R>, argument?: unknown) {
      const expression = `globalThis.__name = (named) => named; (${run})(${JSON.stringify(argument)})`;
      const { result } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (result.exceptionDetails) throw new Error(result.exceptionDetails.exception?.description ?? 'The page threw');
      return result.result?.value as R;
    },
    hide: () => show(front.targetId),
    show: () => show(targetId),
    freeze: () => turn('frozen'),
    thaw: () => turn('active'),
    async close() {
      await root.send('Target.disposeBrowserContext', { browserContextId });
      await root.detach();
    },
  };
}

interface Attached {
  send(method: string, params: object): Promise<Answer>;
  /** The first page it navigated to. */
  readonly loaded: Promise<void>;
}

/** Playwright has no sessions for targets it did not make; messages to them travel inside messages. */
async function attach(root: CDPSession, targetId: string): Promise<Attached> {
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: false });
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  let onLoad: () => void = () => undefined;
  const loaded = new Promise<void>((resolve) => {
    onLoad = resolve;
  });
  root.on('Target.receivedMessageFromTarget', ({ message }) => {
    const said = JSON.parse(message) as Answer | { id?: never; method: string };
    if (said.id === undefined) {
      if (said.method === 'Page.loadEventFired') onLoad();
      return;
    }
    waiting.get(said.id)?.(said);
    waiting.delete(said.id);
  });
  const send: Attached['send'] = async (method, params) => {
    const id = ++last;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    await root.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    const answer = await answered;
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  };
  return { send, loaded };
}
