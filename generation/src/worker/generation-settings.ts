import type { GenerationOptions } from '../generation-options.ts';
import type { Words } from './command-line.ts';
import type { VARIABLES } from './options.ts';
import type { Environment } from './terminal.ts';
import { UsageError } from './usage-error.ts';

type Variable = keyof typeof VARIABLES | 'CALLSHEET_TOOLS_FFMPEG_PATH';

/**
 * How the tools are set up, from the command line and the variables the gateway reads too. `createGeneration` checks what is
 * in them.
 *
 * @throws UsageError for a variable that is no flag or number, and for a model without its address.
 */
export function generationSettings(words: Words, env: Environment, threads: number): GenerationOptions {
  const read = (name: Variable): string | undefined => env[name] || undefined;
  const baseUrl = read('CALLSHEET_LLM_BASE_URL');
  const model = read('CALLSHEET_LLM_MODEL');
  const apiKey = read('CALLSHEET_LLM_API_KEY');
  if ((baseUrl === undefined) !== (model === undefined)) {
    throw new UsageError('Cannot ask a language model: set both CALLSHEET_LLM_BASE_URL and CALLSHEET_LLM_MODEL');
  }
  const ollamaUrl = read('CALLSHEET_OLLAMA_URL');
  const ffmpegPath = words.ffmpegPath ?? read('CALLSHEET_TOOLS_FFMPEG_PATH');
  const maxBytes = numberOf('CALLSHEET_INTAKE_MAX_BYTES', read('CALLSHEET_INTAKE_MAX_BYTES'));
  return {
    threads,
    diagnostics: words.diagnostics,
    env,
    ...(ffmpegPath !== undefined && { ffmpegPath }),
    ...(baseUrl !== undefined &&
      model !== undefined && { llm: { baseUrl, model, ...(apiKey !== undefined && { apiKey }) } }),
    ollama: {
      detect: flagOf('CALLSHEET_OLLAMA_DETECT', read('CALLSHEET_OLLAMA_DETECT')) ?? true,
      ...(ollamaUrl !== undefined && { url: ollamaUrl }),
    },
    intake: {
      allowHttp: flagOf('CALLSHEET_INTAKE_ALLOW_HTTP', read('CALLSHEET_INTAKE_ALLOW_HTTP')) ?? false,
      allowPrivate: words.allowPrivate,
      ...(maxBytes !== undefined && { maxBytes }),
    },
  };
}

function flagOf(name: Variable, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(true|1)$/iu.test(text)) return true;
  if (/^(false|0)$/iu.test(text)) return false;
  throw new UsageError(`Cannot use ${name} "${text}"; set true or false`);
}

function numberOf(name: Variable, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  throw new UsageError(`Cannot use ${name} "${text}"; set a whole number`);
}
