import type { PlateSpec } from '../picture/paint.ts';
import type { Plate } from '../picture/plate.ts';
import type { GenerationThreads } from '../threads/generation-threads.ts';

/** Plates by their place in the plan; null where the renderer shall paint. */
export type PaintedPlates = readonly (Plate | null)[];

/** Painting that goes on beside other work. */
export interface PaintAhead {
  /** Ends it after the plate in work and answers what there is. */
  finish(): Promise<PaintedPlates>;
}

/** A 1080×1920 plate has 4 MB. */
const MOST_PLATES = 8;

/**
 * Paints the first plates of a plan while sound is being made, which keeps one processor busy and not two; the renderer,
 * which has to stop for every plate it paints, then starts with a stock. One plate at a time, so that no other task waits
 * behind a row of them. A plate that fails is left to the renderer, who will say why.
 */
export function paintAhead(plates: readonly PlateSpec[], threads: GenerationThreads, signal: AbortSignal): PaintAhead {
  let wanted = true;
  const paint = async (): Promise<PaintedPlates> => {
    const painted: (Plate | null)[] = [];
    for (const spec of plates.slice(0, MOST_PLATES)) {
      if (!wanted || signal.aborted) break;
      painted.push(await threads.run('plate.paint', spec, { signal }).catch(() => null));
    }
    return painted;
  };
  const work = paint();
  return {
    finish() {
      wanted = false;
      return work;
    },
  };
}

/** Paints for the renderer: from the stock where there is one, each plate once so that its memory is given back. */
export function paintFrom(
  plates: readonly PlateSpec[],
  stock: PaintedPlates,
  paint: (spec: PlateSpec) => Plate,
): (spec: PlateSpec) => Plate {
  const left = new Map(plates.map((spec, index) => [spec, stock[index]]));
  return (spec) => {
    const plate = left.get(spec) ?? paint(spec);
    left.delete(spec);
    return plate;
  };
}
