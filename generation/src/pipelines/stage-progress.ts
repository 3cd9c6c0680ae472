import type { ProgressReport } from '@callsheet/protocol';

/** The stages of a video, in order. */
export const STAGES = ['script', 'terms', 'voice', 'captions', 'music', 'mix', 'render', 'store'] as const;
export type StageName = (typeof STAGES)[number];

/** Share of the wall time of a half-minute 1080×1920 draft on two cores. Music runs beside captions. */
const WEIGHTS: { readonly [stage in StageName]: number } = {
  script: 0.01,
  terms: 0.01,
  voice: 0.09,
  captions: 0.02,
  music: 0.04,
  mix: 0.05,
  render: 0.77,
  store: 0.01,
};

const MESSAGES: { readonly [stage in StageName]: string } = {
  script: 'Writing the script',
  terms: 'Finding what the scenes are about',
  voice: 'Speaking the narration',
  captions: 'Setting the captions',
  music: 'Composing the music',
  mix: 'Mixing voice and music',
  render: 'Rendering the video',
  store: 'Storing the video',
};

/** Turns the progress of stages, some of them side by side, into the progress of the whole, which never falls. */
export class StageProgress {
  readonly #report: (report: ProgressReport) => void;
  readonly #done = new Map<StageName, number>();

  constructor(report: (report: ProgressReport) => void) {
    this.#report = report;
  }

  /** Says how far a stage is, 0 to 1. */
  at(stage: StageName, fraction: number): void {
    const stageFraction = Math.min(1, Math.max(fraction, this.#done.get(stage) ?? 0));
    this.#done.set(stage, stageFraction);
    const whole = STAGES.reduce((sum, name) => sum + WEIGHTS[name] * (this.#done.get(name) ?? 0), 0);
    this.#report({ stage, fraction: Math.min(1, whole), stageFraction, message: MESSAGES[stage] });
  }

  /** Counts stages as done that there is no need for. */
  skip(...stages: readonly StageName[]): void {
    for (const stage of stages) this.#done.set(stage, 1);
  }

  /** Runs a stage and says when it begins and ends. */
  async during<T>(stage: StageName, work: () => Promise<T>): Promise<T> {
    this.at(stage, 0);
    const result = await work();
    this.at(stage, 1);
    return result;
  }
}
