import { type IntakeOptions, intakeRules } from './intake/intake-options.ts';
import type { Clock } from './providers/clock.ts';

/** A language model server that speaks the OpenAI chat protocol. */
export interface LanguageModelOptions {
  /** Address of the API with its version, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Sent as a bearer token; never logged. */
  readonly apiKey?: string;
  readonly model: string;
}

export interface OllamaDetection {
  /** Default `http://127.0.0.1:11434`. */
  readonly url?: string;
  /** Default the first model there that is no embedding model. */
  readonly model?: string;
  /** False: never look. */
  readonly detect: boolean;
}

export interface GenerationOptions {
  /** The ffmpeg to use. Default: `FFMPEG_PATH`, then PATH, then the optional npm package. */
  readonly ffmpegPath?: string;
  /** Threads for voice, music, mix and render, 1 to 64. Default: the processors this process may use. */
  readonly threads?: number;
  /** Adds the four `diagnostics_*` tools. Default false. */
  readonly diagnostics?: boolean;
  /** Writes scripts, when given. */
  readonly llm?: LanguageModelOptions;
  /** A local Ollama writes scripts when no `llm` is given. Default: looked for at its usual address. */
  readonly ollama?: OllamaDetection;
  /** What may be fetched from other servers on behalf of a caller. Default: https from public addresses, 512 MiB. */
  readonly intake?: IntakeOptions;
  /** Default the platform's own; so are the three below. */
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** @throws TypeError that names the option, quotes it and says what it may be; an API key is never quoted */
export function checkOptions({ ffmpegPath, threads, llm, ollama, intake }: GenerationOptions): void {
  if (ffmpegPath !== undefined && ffmpegPath.trim() === '')
    throw refusal('ffmpegPath', ffmpegPath, 'the path of an ffmpeg');
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 64)) {
    throw refusal('threads', threads, 'a whole number from 1 to 64');
  }
  if (llm !== undefined) {
    checkUrl('llm.baseUrl', llm.baseUrl);
    checkName('llm.model', llm.model);
    // Anything else would break out of the header it is sent in.
    if (llm.apiKey !== undefined && !/^[\x21-\x7e]{1,1024}$/u.test(llm.apiKey)) {
      throw refusal('llm.apiKey', '…', 'printable ASCII without spaces, at most 1024 characters');
    }
  }
  if (ollama?.url !== undefined) checkUrl('ollama.url', ollama.url);
  if (ollama?.model !== undefined) checkName('ollama.model', ollama.model);
  intakeRules(intake);
}

function checkUrl(option: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wanted = 'an http or https address without user name, password, query and fragment';
  if (url === undefined || !/^https?:$/u.test(url.protocol)) throw refusal(option, text, wanted);
  // Not quoted: these are where people put secrets.
  if (`${url.username}${url.password}${url.search}${url.hash}` !== '') throw refusal(option, '…', wanted);
}

function checkName(option: string, name: string): void {
  if (name.trim() === '' || name.length > 200) throw refusal(option, name, 'a name of 1 to 200 characters');
}

function refusal(option: string, value: unknown, wanted: string): TypeError {
  return new TypeError(`Cannot set up generation: "${option}" is "${String(value).slice(0, 80)}"; give ${wanted}`);
}
