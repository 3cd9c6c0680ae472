/** Does its work so many times. */
export type Work = (count: number) => void;

/** A library of metrics, with everything that is measured made ready. */
export interface Candidate {
  readonly name: string;
  /** A counter of three labels whose values are known beforehand. */
  readonly bound: Work;
  /** A counter of three labels whose values are told with each event. */
  readonly dynamic: Work;
  /** A histogram of two labels whose values are known beforehand. */
  readonly histogram: Work;
  /** The same with exponential buckets beside those of fixed bounds, where there are any. */
  readonly native?: Work;
  /** What a scrape of 1,000 histograms answers, in characters. */
  readonly scrape: () => Promise<number>;
}
