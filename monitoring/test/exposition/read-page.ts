import { expose } from '../../src/exposition/render.ts';

type Families = Parameters<typeof expose>[0];

/** The page as text; `accept` as a reader would send it. */
export async function pageOf(families: Families, accept?: string): Promise<string> {
  return (await expose(families, accept)).body.toString();
}

export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';
export const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
