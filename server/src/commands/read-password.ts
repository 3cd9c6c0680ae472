import { type Terminal, UsageError } from './command.ts';

/** A keyboard that can be told not to show what is typed. */
interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY: true;
  setRawMode(raw: boolean): unknown;
}

const MOST_BYTES = 4096;
const [ENTER, NEW_LINE, END, INTERRUPT, BACKSPACE, DELETE] = ['\r', '\n', '\u0004', '\u0003', '\b', '\u007f'];

/**
 * Reads a password, never from an argument: those are seen by everybody on the machine and kept by the shell. At a
 * keyboard it is asked for twice and not shown; otherwise it is the first line of standard input.
 *
 * @param piped take the first line even at a keyboard
 * @throws Error when there is none, or when the two differ.
 */
export async function readPassword({ stdin, stderr }: Terminal, piped = false): Promise<string> {
  if (piped || !isKeyboard(stdin)) return firstLine(stdin);
  const first = await typed(stdin, stderr, 'Password: ');
  if ((await typed(stdin, stderr, 'The same again: ')) === first) return first;
  throw new Error('Cannot take this password: the two were not the same; try again');
}

async function firstLine(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`Cannot read a password: there are more than ${MOST_BYTES} bytes`);
    if (chunk.includes('\n')) break;
  }
  const [line = ''] = Buffer.concat(chunks).toString('utf8').split(/\r?\n/, 1);
  if (line === '') throw new Error('Cannot read a password: the first line of standard input is empty');
  return line;
}

function isKeyboard(stdin: NodeJS.ReadableStream): stdin is Keyboard {
  return 'isTTY' in stdin && stdin.isTTY === true && 'setRawMode' in stdin;
}

/** One line from the keyboard, not shown. Without the echo the terminal leaves line editing to us. */
function typed(keyboard: Keyboard, stderr: NodeJS.WritableStream, prompt: string): Promise<string> {
  stderr.write(prompt);
  keyboard.setRawMode(true);
  return new Promise((resolve, reject) => {
    let line: string[] = [];
    const finish = (settle: () => void): void => {
      keyboard.off('data', read);
      keyboard.setRawMode(false);
      keyboard.pause();
      stderr.write('\n');
      settle();
    };
    const read = (chunk: Buffer | string): void => {
      for (const key of chunk.toString()) {
        if (key === ENTER || key === NEW_LINE || key === END) {
          finish(() => resolve(line.join('')));
          return;
        }
        if (key === INTERRUPT) {
          finish(() => reject(new UsageError('Cannot go on: interrupted')));
          return;
        }
        line = key === BACKSPACE || key === DELETE ? line.slice(0, -1) : [...line, key];
      }
    };
    keyboard.on('data', read);
    keyboard.resume();
  });
}
