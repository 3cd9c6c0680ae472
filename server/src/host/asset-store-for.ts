import type { AssetPort, Principal } from '@callsheet/protocol';

/** Whose files a call may read, and where those it makes belong. */
export interface AssetOwner {
  readonly principal: Principal;
  readonly project: string;
  readonly jobId?: string;
  /** Ends a `put` whose source never ends. */
  readonly signal?: AbortSignal;
}

/** The asset store as the host sees it: one port for each call. */
export interface AssetStoreFor {
  for(owner: AssetOwner): AssetPort;
}
