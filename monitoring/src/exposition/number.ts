/** A sample's value as both text formats write it. */
export function formatNumber(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * A bound or quantile as OpenMetrics 1.0 wants it in labels ("Canonical Numbers"): Go's `%g`, with `.0` where nothing else
 * tells that it is no integer. Prometheus writes the bounds it finds in protobuf in the same way, so that a series keeps
 * its name whichever of the two formats it came in.
 */
export function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 6)) {
    return `${digits}e${power < 0 ? '-' : '+'}${`${Math.abs(power)}`.padStart(2, '0')}`;
  }
  const plain = `${value}`;
  return plain.includes('.') ? plain : `${plain}.0`;
}
