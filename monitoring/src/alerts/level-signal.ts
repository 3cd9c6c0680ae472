import type { SeriesReading } from '../metrics/reading.ts';
import { Signal, type SignalGroup } from './signal.ts';

export interface LevelGroup extends SignalGroup {
  sum: number;
}

/** What gauges add up to now. A series that is gone counts no more; a group without any is gone as well. */
export class LevelSignal extends Signal<LevelGroup> {
  /** Of a group; undefined when it is gone. */
  level(group: LevelGroup): number | undefined {
    return group.seenAt === this.at ? group.sum : undefined;
  }

  protected get keep(): number {
    return 0;
  }

  protected makeGroup(labels: readonly string[]): LevelGroup {
    return { labels, seenAt: Number.NaN, sum: 0 };
  }

  protected add(group: LevelGroup, series: SeriesReading): void {
    group.sum = series.value + (group.seenAt === this.at ? group.sum : 0);
  }

  protected settle(): void {}
}
