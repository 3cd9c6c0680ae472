/** Who wants to know what happens to the page. */
export interface LifeListener {
  /** The network may be back, or time has passed without us: look now whether connections live. */
  wake(): void;
  /** The page is put away, perhaps for good: let go of sockets, come back at `wake`. */
  sleep?(): void;
  /** The network is gone. */
  offline?(): void;
}

/** What a platform knows of its own life. */
export interface PlatformLife {
  /** Listens until the returned function is called. */
  listen(hears: LifeListener): () => void;
}

/**
 * A window or a worker. `pagehide` comes before a page is put into the back/forward cache, where some browsers refuse pages
 * with open sockets and others cut them; `pageshow` when it comes back (WHATWG HTML §7.4.6). `freeze` and `resume` do the
 * same to a hidden tab (Page Lifecycle). A worker hears of the network alone.
 */
export const pageLife: PlatformLife = {
  listen({ wake, sleep, offline }) {
    // The controller is the options as well: it has the `signal` that ends listening.
    const life = new AbortController();
    const on = (target: EventTarget, type: string, run: (event: Event) => void): void =>
      target.addEventListener(type, run, life);
    on(globalThis, 'online', wake);
    if (offline) on(globalThis, 'offline', offline);
    if (typeof document === 'object') {
      on(document, 'visibilitychange', () => document.hidden || wake());
      on(document, 'resume', wake);
      if (sleep) on(document, 'freeze', sleep);
      on(globalThis, 'pageshow', (event) => (event as PageTransitionEvent).persisted && wake());
      if (sleep) on(globalThis, 'pagehide', sleep);
    }
    return () => life.abort();
  },
};
