const QUOTED_SPECIAL = /[\\\n"]/g;
const LINE_SPECIAL = /[\\\n]/g;

/** Help of text 0.0.4, where a quote is a plain character. */
export function escapeHelp(help: string): string {
  return help.replace(LINE_SPECIAL, escaped);
}

/** Help of OpenMetrics, where it is one. */
export function escapeOpenMetricsHelp(help: string): string {
  return help.replace(QUOTED_SPECIAL, escaped);
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
