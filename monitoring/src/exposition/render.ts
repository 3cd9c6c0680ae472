import type { ExposedFamily, FamilySource, LateFamily } from './family.ts';
import type { Format } from './format.ts';
import { TakenNames } from './names.ts';
import { type FormatName, negotiateFormat } from './negotiate.ts';
import { OPEN_METRICS } from './open-metrics.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { Page } from './page.ts';
import { PROTOBUF } from './protobuf.ts';
import { TEXT } from './text.ts';

export interface ExposeOptions extends PaceOptions {
  /**
   * Told of each family that could not be read, or whose names are another's: it is left out, and the rest is shown.
   * Without it the first such family refuses the whole page.
   */
  readonly onFault?: (fault: Error) => void;
}

export interface ExposedPage {
  /** For the header `Content-Type`. */
  readonly contentType: string;
  readonly body: Buffer;
}

const FORMATS: Readonly<Record<FormatName, Format>> = {
  text: TEXT,
  openMetrics: OPEN_METRICS,
  protobuf: PROTOBUF,
};

/** The clock is asked after so many series: some fifty microseconds of histograms. */
const SERIES_PER_LOOK = 16;

/**
 * Renders families in the format the header `Accept` likes best, in slices between which the event loop is free.
 *
 * The page is no snapshot of one moment. Which series a family has is found out at its turn, and each series shows what it
 * is when it is written; one that goes away meanwhile is still shown, one that comes is not. So every family is whole, and
 * every histogram agrees with itself.
 */
export function expose(
  source: FamilySource | Iterable<ExposedFamily | LateFamily>,
  accept?: string,
  options: ExposeOptions = {},
): Promise<ExposedPage> {
  return render(Symbol.iterator in source ? source : source.families(), negotiateFormat(accept), options);
}

/** Like `expose`, when the format is known. */
export async function render(
  families: Iterable<ExposedFamily | LateFamily>,
  formatName: FormatName,
  options: ExposeOptions,
): Promise<ExposedPage> {
  const format = FORMATS[formatName];
  const fault = options.onFault ?? refuse;
  const pace = new Pace(options);
  const page = new Page();
  const chosen = withoutClashes(families, fault);
  const renderer = format.renderer(page, new Set(chosen.map(({ name }) => name)));
  for (const each of chosen) {
    if (pace.isOver()) await pace.rest();
    try {
      const family = 'read' in each ? await each.read() : each;
      // A list of what there is now: the family may change between two slices, and must not be seen half old, half new.
      const list = Array.from(family.series());
      const open = renderer.open(family);
      let written = 0;
      for (const series of list) {
        open.series(series);
        if (++written % SERIES_PER_LOOK === 0 && pace.isOver()) await pace.rest();
      }
      open.close();
    } catch (cause) {
      fault(
        new Error(`Cannot read the metric "${each.name}": the page is without it, or without a part of it`, { cause }),
      );
    }
  }
  renderer.finish();
  return { contentType: format.contentType, body: await page.body(pace) };
}

function withoutClashes(
  families: Iterable<ExposedFamily | LateFamily>,
  fault: (fault: Error) => void,
): readonly (ExposedFamily | LateFamily)[] {
  const taken = new TakenNames();
  return Array.from(families).filter((family) => {
    try {
      taken.take(family);
      return true;
    } catch (error) {
      fault(error as Error);
      return false;
    }
  });
}

function refuse(fault: Error): never {
  throw fault;
}
