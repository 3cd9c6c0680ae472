import type { PlatformLife } from '@callsheet/sdk-core/platform';

/**
 * A window or a worker. `pagehide` comes before a page is put into the back/forward cache, where some browsers refuse pages
 * with open sockets and others cut them; `pageshow` when it comes back (WHATWG HTML §7.4.6). `freeze` and `resume` do the
 * same to a hidden tab (Page Lifecycle). A worker hears of the network alone.
 */
export const pageLife: PlatformLife = {
  listen({ wake, sleep }) {
    // The controller is the options as well: it has the `signal` that ends listening.
    const life = new AbortController();
    // On a server that renders pages there is nothing to listen to.
    const on = (target: Partial<EventTarget>, type: string, run: (event: Event) => void): void =>
      target.addEventListener?.(type, run, life);
    on(globalThis, 'online', wake);
    // `offline` is a rumour: a gateway on this machine, or behind another interface, still answers.
    on(globalThis, 'offline', wake);
    if (typeof document === 'object') {
      on(document, 'visibilitychange', () => document.hidden || wake());
      on(document, 'freeze', sleep);
      on(document, 'resume', wake);
      on(globalThis, 'pagehide', sleep);
      on(globalThis, 'pageshow', (event) => (event as PageTransitionEvent).persisted && wake());
    }
    return () => life.abort();
  },
};
