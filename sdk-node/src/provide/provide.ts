import { CancelledError } from '@callsheet/sdk-core';
import type { ProvideOptions } from './options.ts';
import { nodePlatform, type ProvidePlatform } from './platform.ts';
import type { Provider } from './provider.ts';
import { readProvideOptions } from './read-options.ts';
import { Worker } from './worker.ts';

/**
 * Serves tools to gateways. Resolves when the first gateway has taken the worker in (with `listen`: when gateways can dial);
 * until then, and after every loss, it goes on trying.
 *
 * `platform` replaces parts of what it touches of the outside, for tests.
 *
 * @throws TypeError for an option it cannot use. RpcClientError when every gateway named refuses the worker for a reason that
 * will not go away by itself, when `connectTimeoutMs` is over, or when it was closed meanwhile.
 */
export async function provide(options: ProvideOptions, platform: Partial<ProvidePlatform> = {}): Promise<Provider> {
  const whole: ProvidePlatform = { ...nodePlatform(), ...platform };
  const settings = readProvideOptions(options, whole.environment);
  const { signal } = settings;
  if (signal?.aborted) {
    throw new CancelledError('CANCELLED', 'Cannot provide tools: the signal was aborted before', {
      cause: signal.reason,
    });
  }
  const worker = new Worker(settings, whole);
  await worker.start();
  return worker;
}
