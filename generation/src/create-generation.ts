import { availableParallelism } from 'node:os';
import type { Tool } from '@callsheet/protocol';
import { resolveFfmpeg } from './ffmpeg/resolve-ffmpeg.ts';
import { checkOptions, type GenerationOptions } from './generation-options.ts';
import { intakeRules } from './intake/intake-options.ts';
import { createMediaProbe } from './intake/probe-media.ts';
import { createStudio } from './pipelines/studio.ts';
import { systemClock } from './providers/clock.ts';
import type { HttpPorts } from './providers/http.ts';
import { findOllama } from './providers/ollama.ts';
import { openAiChat } from './providers/openai-chat.ts';
import type { ScriptModels } from './script/write-script.ts';
import { createGenerationThreads } from './threads/generation-threads.ts';
import { createVideoTool } from './tools/create-video.ts';
import { diagnosticsBlob } from './tools/diagnostics-blob.ts';
import { diagnosticsEcho } from './tools/diagnostics-echo.ts';
import { diagnosticsFail } from './tools/diagnostics-fail.ts';
import { diagnosticsSleep } from './tools/diagnostics-sleep.ts';
import { generateMusic } from './tools/generate-music.ts';
import { generateVideoScript } from './tools/generate-video-script.ts';
import { generateVideoTerms } from './tools/generate-video-terms.ts';
import { getCurrentTime } from './tools/get-current-time.ts';
import { importMedia } from './tools/import-media.ts';
import { listVoices } from './tools/list-voices.ts';
import { synthesizeVoice } from './tools/synthesize-voice.ts';

/** The generation tools, and the threads behind them. */
export interface Generation {
  readonly tools: readonly Tool[];
  /**
   * Starts the threads and looks for ffmpeg before anybody asks, which takes most of a second off the first video. Never
   * rejects: what is missing is said by the tool that needs it.
   */
  warm(): Promise<void>;
  /** Cancels what still runs and settles when no thread is left. */
  close(): Promise<void>;
}

/**
 * Makes the generation tools. Cheap: threads start with the first heavy task, ffmpeg is looked for when one is needed.
 * @throws TypeError for an option that cannot be used
 */
export function createGeneration(options: GenerationOptions = {}): Generation {
  checkOptions(options);
  const { clock = systemClock, random = Math.random } = options;
  const size = options.threads ?? availableParallelism();
  const threads = createGenerationThreads({ size, idleMs: IDLE_MS });
  const studio = createStudio(threads, () => resolveFfmpeg({ env: environment(options) }));
  const probe = createMediaProbe({ ffmpeg: () => studio.ffmpeg(), env: environment(options), clock });
  const models = scriptModels(options, { fetch: options.fetch ?? fetch, clock, random });
  const diagnostics = [diagnosticsEcho(), diagnosticsSleep(clock), diagnosticsBlob(), diagnosticsFail(random)];
  const tools = [
    createVideoTool({ studio, models, random }),
    generateVideoScript(models),
    generateVideoTerms(),
    synthesizeVoice(studio),
    generateMusic(studio, random),
    importMedia({ ...intakeRules(options.intake), probe, clock }),
    listVoices(),
    getCurrentTime(() => clock.now()),
    ...(options.diagnostics === true ? diagnostics : []),
  ];
  const warm = async (): Promise<void> => {
    const started = Array.from({ length: size }, () => threads.run('thread.warm', null));
    await Promise.allSettled([...started, studio.ffmpeg()]);
  };
  return { tools: tools.map(served), warm, close: () => threads.close() };
}

/** Work comes in bursts; a thread that waits costs memory, one that has to be started costs the next caller half a second. */
const IDLE_MS = 300_000;

/** Forgets what arguments a tool takes: whoever serves it checks them against `input` first, as the contract says. */
function served(tool: unknown): Tool {
  return tool as Tool;
}

function environment({
  env = process.env,
  ffmpegPath,
}: GenerationOptions): Readonly<Record<string, string | undefined>> {
  return ffmpegPath === undefined ? env : { ...env, FFMPEG_PATH: ffmpegPath };
}

function scriptModels({ llm, ollama = { detect: true } }: GenerationOptions, ports: HttpPorts): ScriptModels {
  return {
    ...(llm !== undefined && { configured: openAiChat({ provider: 'openai', ...llm }, ports) }),
    ...(ollama.detect && { findOllama: findOllama(ollama, ports) }),
  };
}
