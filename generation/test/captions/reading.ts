/** What libass would show of an event's text: overrides dropped, escapes undone (its `get_next_char`). */
export function readAssText(body: string): string {
  let text = '';
  for (let at = 0; at < body.length; at += 1) {
    const pair = body.slice(at, at + 2);
    if (pair === '\\N') text += '\n';
    else if (pair === '\\n' || pair === '\\h') text += ' ';
    else if (pair === '\\{' || pair === '\\}') text += pair[1];
    else if (body[at] === '{') {
      const end = body.indexOf('}', at);
      if (end === -1) return text + body.slice(at);
      at = end;
      continue;
    } else {
      text += body[at];
      continue;
    }
    at += 1;
  }
  return text.replaceAll('\u200b', '');
}

export interface ReadEvent {
  readonly layer: number;
  readonly start: number;
  readonly end: number;
  readonly style: string;
  readonly body: string;
  readonly text: string;
}

/** The events of an ASS script. Fails on a line that is none, as a broken escape would make. */
export function readEvents(script: string): ReadEvent[] {
  const [, section = ''] = script.split('[Events]\n');
  const [format, ...lines] = section.trimEnd().split('\n');
  if (!format?.startsWith('Format: ')) throw new Error(`no format line: ${format}`);
  return lines.map((line) => {
    const found = /^Dialogue: (\d+),([\d:.]+),([\d:.]+),(\w+),,0,0,0,,(.*)$/.exec(line);
    if (!found) throw new Error(`not an event: ${line}`);
    const [, layer, start, end, style = '', body = ''] = found;
    return { layer: Number(layer), start: seconds(start), end: seconds(end), style, body, text: readAssText(body) };
  });
}

function seconds(time = ''): number {
  const [hours, minutes, rest] = time.split(':').map(Number);
  return Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0)) * 100) / 100;
}
