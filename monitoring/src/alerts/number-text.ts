/** Numbers as people read them: the templates of Prometheus that both engines understand, by their names there. */
export const NUMBER_TEXTS: Readonly<Record<string, (value: number) => string>> = {
  humanize: (value) => withPrefix(value, ''),
  humanizeDuration: duration,
  humanizePercentage: (value) => `${digits(value * 100)}%`,
};

const SMALLER = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const LARGER = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

/** What was measured, without digits nobody needs: whole numbers as they are, others with six digits. */
export function rounded(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `1.234k`, `449ms`. */
function withPrefix(value: number, unit: string): string {
  if (value === 0 || !Number.isFinite(value)) return digits(value) + unit;
  const isSmall = Math.abs(value) < 1;
  const prefixes = isSmall ? SMALLER : LARGER;
  let rest = value;
  let nth = 0;
  while (nth < prefixes.length - 1 && (isSmall ? Math.abs(rest) < 1 : Math.abs(rest) >= 1000)) {
    rest *= isSmall ? 1000 : 0.001;
    nth += 1;
  }
  return digits(rest) + prefixes[nth] + unit;
}

/** Of seconds: `449ms`, `9.75s`, `5m 12s`, `1d 0h 3m 20s`. */
function duration(value: number): string {
  const seconds = Math.abs(value);
  if (!(seconds >= 60) || !Number.isFinite(seconds)) return seconds >= 1 ? `${digits(value)}s` : withPrefix(value, 's');
  const whole = Math.floor(seconds);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const shown = parts.slice(parts.findIndex(([count]) => count > 0));
  return (value < 0 ? '-' : '') + shown.map(([count, unit]) => `${count}${unit}`).join(' ');
}
