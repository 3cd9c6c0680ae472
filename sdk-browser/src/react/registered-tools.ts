import type { AnyTools } from '@callsheet/sdk-core';

/** What an application may register. */
export interface Registrable {
  readonly tools?: unknown;
}

/**
 * Where an application says which tools its hooks speak of:
 *
 *     declare module '@callsheet/sdk-browser/react' {
 *       interface Register { readonly tools: Tools }
 *     }
 */
export interface Register extends Registrable {}

/** The tools of the application, or any tools when it did not say. */
export type RegisteredTools = Register extends { readonly tools: infer T } ? T : AnyTools;
