import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends exactly these bytes to the port, as no well-behaved client would, and reads until the server hangs up. */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(text, 'latin1')));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(parse(answer)));
  });
}

/** A GET for a target as it stands. */
export function getRaw(port: number, target: string, ...headers: readonly string[]): Promise<RawAnswer> {
  return sendRaw(
    port,
    [`GET ${target} HTTP/1.1`, 'Host: gate.test', 'Connection: close', ...headers, '', ''].join('\r\n'),
  );
}

function parse(answer: string): RawAnswer {
  const cut = answer.indexOf('\r\n\r\n');
  const [first = '', ...lines] = answer.slice(0, cut).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), body: answer.slice(cut + 4) };
}
