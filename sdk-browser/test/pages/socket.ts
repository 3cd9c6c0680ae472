// A page with nothing of ours: what a test says in `evaluate` is all that happens.
export {};
