import { type Preference, readPreferences } from './preferences.ts';

/** `text`: Prometheus text 0.0.4. `openMetrics`: OpenMetrics text 1.0.0. `protobuf`: delimited metric families. */
export type FormatName = 'text' | 'openMetrics' | 'protobuf';

interface Offer {
  readonly name: FormatName;
  readonly type: string;
  /** What a reader may ask of them; parameters not named here (`charset`, `escaping`) are granted. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The one anybody can read comes first: where a reader leaves the choice to us, it is taken. */
const OFFERS: readonly Offer[] = [
  { name: 'text', type: 'text/plain', parameters: new Map([['version', '0.0.4']]) },
  { name: 'openMetrics', type: 'application/openmetrics-text', parameters: new Map([['version', '1.0.0']]) },
  {
    name: 'protobuf',
    type: 'application/vnd.google.protobuf',
    parameters: new Map([
      ['proto', 'io.prometheus.client.MetricFamily'],
      ['encoding', 'delimited'],
    ]),
  },
];

interface Match {
  readonly name: FormatName;
  readonly quality: number;
  /** 0 any, 1 `type/*`, 2 the type, and 1 more for each parameter. */
  readonly precision: number;
  readonly position: number;
}

/**
 * The format a reader likes best by its `Accept` header (RFC 9110 §12.5.1). Of equals the one it named more exactly is
 * taken, then the one it named first. Who sends no header, or takes nothing of what there is, gets text: it can be read by
 * anybody, and a refusal by nobody. Never throws.
 */
export function negotiateFormat(accept: string | undefined): FormatName {
  const preferences = readPreferences(accept);
  let best: Match | undefined;
  for (const offer of OFFERS) {
    const match = bestMatch(offer, preferences);
    if (match && match.quality > 0 && (!best || isBetter(match, best))) best = match;
  }
  return best?.name ?? 'text';
}

/** Whether the body may be compressed with gzip, by `Accept-Encoding` (RFC 9110 §12.5.3). Never throws. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const preferences = readPreferences(acceptEncoding);
  const named = preferences.find(({ what }) => what === 'gzip' || what === 'x-gzip');
  const preference = named ?? preferences.find(({ what }) => what === '*');
  return preference !== undefined && preference.quality > 0;
}

/** Of several ranges that an offer falls in, the most precise speaks for it, whatever its quality. */
function bestMatch(offer: Offer, preferences: readonly Preference[]): Match | undefined {
  let best: Match | undefined;
  for (const [position, preference] of preferences.entries()) {
    const precision = precisionOf(preference, offer);
    if (precision === undefined || (best && best.precision >= precision)) continue;
    best = { name: offer.name, quality: preference.quality, precision, position };
  }
  return best;
}

function precisionOf({ what, parameters }: Preference, offer: Offer): number | undefined {
  if (what === '*/*') return 0;
  if (what === `${offer.type.slice(0, offer.type.indexOf('/'))}/*`) return 1;
  if (what !== offer.type) return undefined;
  let precision = 2;
  for (const [name, value] of offer.parameters) {
    const asked = parameters.get(name);
    if (asked === undefined) continue;
    if (asked !== value) return undefined;
    precision++;
  }
  return precision;
}

function isBetter(one: Match, other: Match): boolean {
  if (one.quality !== other.quality) return one.quality > other.quality;
  // Parameters tell versions of one type apart; between types, only a wildcard is less exact than a name.
  const difference = Math.min(one.precision, 2) - Math.min(other.precision, 2);
  return difference === 0 ? one.position < other.position : difference > 0;
}
