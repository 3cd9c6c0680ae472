import type { ExposedFamily, ExposedSeries } from './family.ts';
import type { Page } from './page.ts';

/** A way to write families. Nothing in it waits: whoever drives it may pause between any two calls. */
export interface Format {
  readonly contentType: string;
  /** Begins one rendering. `names`: of every family that will come. */
  renderer(page: Page, names: ReadonlySet<string>): Renderer;
}

export interface Renderer {
  /** One family is open at a time. */
  open(family: ExposedFamily): FamilyRenderer;
  /** After the last family. */
  finish(): void;
}

export interface FamilyRenderer {
  series(series: ExposedSeries): void;
  close(): void;
}
