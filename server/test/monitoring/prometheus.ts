import { type ForeignProgram, startProgram } from './foreign-program.ts';

/** One series of an answer. Native histograms come without `value`. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
}

export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
}

export interface Exemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: { readonly trace_id?: string }; readonly value: string }[];
}

/** A real Prometheus, with what the exported files ask of it. */
export class Prometheus {
  readonly #program: ForeignProgram;

  constructor(program: ForeignProgram) {
    this.#program = program;
  }

  /** `folder`: where `prometheus.yml` is. */
  static async start(folder: string): Promise<Prometheus> {
    const program = await startProgram(
      'prometheus',
      (address) => [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        `--web.listen-address=${address}`,
        '--enable-feature=exemplar-storage,native-histograms',
      ],
      folder,
    );
    return new Prometheus(program);
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const { data } = (await this.#program.get('/api/v1/query', { query: expr })) as {
      data: { result: readonly Sample[] };
    };
    return data.result;
  }

  /** The number of the only series there is; undefined when there is none. */
  async number(expr: string): Promise<number | undefined> {
    const [only, ...more] = await this.query(expr);
    if (more.length > 0) throw new Error(`${expr} has ${more.length + 1} series`);
    return only?.value && Number(only.value[1]);
  }

  /** How every target of a job is. */
  async targets(job: string): Promise<readonly Target[]> {
    const { data } = (await this.#program.get('/api/v1/targets')) as {
      data: { activeTargets: readonly Target[] };
    };
    return data.activeTargets.filter((target) => target.labels.job === job);
  }

  async exemplars(expr: string): Promise<readonly Exemplars[]> {
    const now = Date.now() / 1000;
    const answer = await this.#program.get('/api/v1/query_exemplars', {
      ...{ query: expr, start: String(now - 600), end: String(now + 60) },
    });
    return (answer as { data: readonly Exemplars[] }).data;
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}
