import type { ProgressParams } from '@callsheet/protocol';

/**
 * A client's tools as a type: name → `{ input, output, progress? }`. `AnyTools` is the untyped default: every
 * name, whatever arguments, an unknown result.
 */
export type AnyTools = Record<string, { input: object; output: unknown }>;

/** The arguments of tool K. */
export type In<T, K extends keyof T> = T[K] extends { input: infer I } ? I : never;
/** The result of tool K. */
export type Out<T, K extends keyof T> = T[K] extends { output: infer O } ? O : never;
/** A progress report of tool K. */
export type Prog<T, K extends keyof T> = T[K] extends { progress: infer P } ? P : Progress;

/** How far a call is; what tools report unless their type says otherwise. */
export type Progress = Omit<ProgressParams, 'progressToken'>;
