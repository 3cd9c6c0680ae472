export type { TimedWord } from './timed-word.ts';
