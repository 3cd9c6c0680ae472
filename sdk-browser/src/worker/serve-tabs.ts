import type { Platform } from '@callsheet/sdk-core';
import { CONNECTION_RULES, type ConnectionOptions, readClientOptions } from '@callsheet/sdk-core/platform';
import { pageUrl } from '../page-url.ts';
import { browserPlatform } from '../platform.ts';
import { switchboard } from './switchboard.ts';
import type { TabPort } from './tab-port.ts';

/** What the script of a SharedWorker or of a Worker is run in. */
export interface WorkerScope {
  onconnect?: ((event: { readonly ports: readonly [TabPort] }) => void) | null;
}

/**
 * Serves the tabs of this origin over one connection; to be called in the script of a SharedWorker, before anything is
 * awaited there. The script of a dedicated Worker may call it too, for the one tab it belongs to.
 *
 * @param options those of any client, as far as they concern the connection; `url` is `/rpc` of the script's origin when not said
 * @param scope for tests
 * @throws TypeError for options it does not know
 */
export function serveTabs(
  options: Omit<ConnectionOptions, 'url'> & Partial<Pick<ConnectionOptions, 'url'>> = {},
  scope: WorkerScope = globalThis as WorkerScope,
  platform: Platform = browserPlatform,
): void {
  const settings = readClientOptions({ ...options, url: pageUrl(options.url ?? '/rpc') }, platform, CONNECTION_RULES);
  let board = switchboard(settings);
  const add = (tab: TabPort): void => {
    if (board(tab)) return;
    board = switchboard(settings);
    board(tab);
  };
  if ('onconnect' in scope) scope.onconnect = ({ ports: [tab] }) => add(tab);
  else add(scope as TabPort);
}
