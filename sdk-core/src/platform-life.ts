/** What the place a client lives in goes through: a page, a laptop. */
export interface PlatformLife {
  /** Tells until the returned function is called. */
  listen(hears: LifeListener): () => void;
}

export interface LifeListener {
  /** There may be a network again, or somebody looks: find out now whether the connections still stand. */
  wake(): void;
  /** The page is put away and may come back: let go of the sockets. */
  sleep(): void;
}
