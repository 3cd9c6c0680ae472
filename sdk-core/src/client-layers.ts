import type { CallOptions } from './call-options.ts';
import type { ClientDefaults, ClientOptions } from './client-options.ts';
import type { House } from './house.ts';
import type { CallLayer, Start } from './invocation.ts';
import { middlewareLayer } from './layers/middleware.ts';
import { type ResponseCache, responseCache } from './layers/response-cache.ts';
import { retryLayer } from './layers/retry.ts';
import { telemetryLayer } from './layers/telemetry.ts';

/** What says how calls are made. */
type LayerOptions = ClientDefaults & Pick<ClientOptions, 'telemetry'>;

/** What all calls of one client go through, from the outermost layer to the wire. */
export interface ClientLayers {
  readonly start: Start;
  readonly cache: ResponseCache;
  /** The same with other defaults; what is not said stays, and is shared. */
  with(defaults: ClientDefaults): ClientLayers;
}

export function clientLayers(
  house: House,
  options: LayerOptions,
  cache: ResponseCache = cacheOf(house, options.cache),
  retry: CallLayer = retryLayer(options.retry, house.parts),
): ClientLayers {
  const { use = [], telemetry, timeouts = {}, meta } = options;
  const layers: CallLayer[] = [];
  if (meta || Object.keys(timeouts).length > 0) layers.push(defaultsLayer(timeouts, meta));
  if (use.length > 0) layers.push(middlewareLayer(use, house.parts));
  if (telemetry !== undefined) layers.push(telemetryLayer(telemetry, house.engine.settings));
  layers.push(cache.layer, retry);
  const { engine } = house;
  const layered = layers.reduceRight((next, layer) => layer(next), engine.start as Start);
  return {
    // A client that takes no more calls gives no kept answers either.
    start: (call, sink) => (engine.refusal === undefined ? layered : engine.start)(call, sink),
    cache,
    with: (defaults) =>
      clientLayers(
        house,
        { ...options, ...defaults },
        defaults.cache === undefined ? cache : undefined,
        defaults.retry === undefined ? retry : undefined,
      ),
  };
}

/** A cache that forgets when the gateway says that tools changed. One that was asked for finds out which tools it is for. */
function cacheOf({ engine, catalog, parts }: House, options: ClientDefaults['cache']): ResponseCache {
  const annotations: House['parts']['annotations'] = (tool) => {
    const known = parts.annotations(tool);
    if (known === undefined && options) catalog.load().catch(() => undefined);
    return known;
  };
  const cache = responseCache(options, { ...parts, annotations });
  engine.events.on('notification', ({ method }) => {
    // A store that cannot forget is asked again by the next one who needs it to.
    if (method === 'tools/list_changed') cache.invalidate().catch(() => undefined);
  });
  return cache;
}

/** What a call does not say itself. */
function defaultsLayer({ idle, total }: NonNullable<LayerOptions['timeouts']>, meta: LayerOptions['meta']): CallLayer {
  return (next) => (call, sink) => {
    const { timeoutMs = idle, totalMs = total } = call.options;
    const own = { timeoutMs, totalMs, meta: { ...meta, ...call.options.meta } };
    // What is undefined counts as not said.
    return next({ ...call, options: Object.assign({}, call.options, own) as CallOptions<never> }, sink);
  };
}
