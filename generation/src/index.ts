export { createGeneration, type Generation } from './create-generation.ts';
export type { GenerationOptions, LanguageModelOptions, OllamaDetection } from './generation-options.ts';
export type { IntakeOptions } from './intake/intake-options.ts';
export type { TimedWord } from './timed-word.ts';
