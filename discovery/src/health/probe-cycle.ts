import { CallError } from '@callsheet/protocol';
import { occurrence } from '../channels.ts';
import type { Clock, Random } from '../clock.ts';
import { outcomeOf } from '../outcome.ts';
import type { Probe, Probed, ProbeRules } from './probe.ts';
import { Verdict } from './verdict.ts';

export interface ProbeCycleParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: ProbeRules;
  /** Called after every success of a healthy worker. */
  readonly passed: (workerId: string) => void;
}

/** Probes one worker again and again, never twice at once. */
export class ProbeCycle {
  readonly #target: Probed;
  readonly #probe: Probe;
  readonly #parts: ProbeCycleParts;
  readonly #verdict: Verdict;
  #cancel: () => void;
  #running: AbortController | undefined;
  #spared = 0;

  constructor(target: Probed, probe: Probe, parts: ProbeCycleParts) {
    this.#target = target;
    this.#probe = probe;
    this.#parts = parts;
    this.#verdict = new Verdict(parts.rules);
    // Anywhere within the first interval: a fleet that registers in one moment is not probed in one moment.
    this.#cancel = this.#in(parts.random() * parts.rules.intervalMs, () => this.#begin());
  }

  close(): void {
    this.#cancel();
    this.#running?.abort(new CallError('CANCELLED', 'Nobody waits for this probe any more'));
  }

  #begin(): void {
    if (this.#running !== undefined) {
      // It ignored its abort and still hangs. A second one beside it would only add to its load.
      this.#fail('an earlier probe still hangs');
      this.#pause();
      return;
    }
    if (this.#spares()) {
      this.#pause();
      return;
    }
    const running = new AbortController();
    this.#running = running;
    const { timeoutMs } = this.#parts.rules;
    this.#cancel = this.#in(timeoutMs, () => {
      const reason = `it did not answer a probe within ${timeoutMs} ms`;
      running.abort(new CallError('DEADLINE_EXCEEDED', `Cannot wait for the worker: ${reason}`));
      this.#fail(reason);
      this.#pause();
    });
    void this.#run(running);
  }

  /** Whether its own word is enough this time. */
  #spares(): boolean {
    const { intervalMs, sparedInARow } = this.#parts.rules;
    const isSpared =
      this.#spared < sparedInARow &&
      this.#verdict.isUnclouded &&
      (this.#target.readyMsAgo ?? Number.POSITIVE_INFINITY) <= intervalMs;
    this.#spared = isSpared ? this.#spared + 1 : 0;
    return isSpared;
  }

  async #run(running: AbortController): Promise<void> {
    let fault: { readonly error: unknown } | undefined;
    try {
      await this.#probe(running.signal);
    } catch (error) {
      fault = { error };
    }
    this.#running = undefined;
    // Too late: the timeout has spoken for it and appointed the next probe, or nobody waits any more.
    if (running.signal.aborted) return;
    this.#cancel();
    if (fault === undefined) this.#pass();
    else this.#judge(fault.error);
    this.#pause();
  }

  #pass(): void {
    const { workerId } = this.#target;
    this.#observe('ok');
    this.#target.heard();
    if (this.#verdict.pass()) this.#target.reportHealth('healthy', 'it answers its probes');
    if (this.#verdict.health === 'healthy') this.#parts.passed(workerId);
  }

  #judge(error: unknown): void {
    // A fault of the question says nothing about who was asked, but that it is there to say so.
    if (outcomeOf(error) === 'neutral') this.#target.heard();
    else this.#fail(`it failed a probe with ${CallError.from(error).errorName}`);
  }

  #fail(reason: string): void {
    this.#observe('failed');
    if (this.#verdict.fail()) this.#target.reportHealth('unhealthy', reason);
  }

  #observe(outcome: 'ok' | 'failed'): void {
    if (occurrence.hasSubscribers) occurrence.publish({ type: 'health_check', worker: this.#target.name, outcome });
  }

  #pause(): void {
    const { random, rules } = this.#parts;
    const stretch = 1 + rules.jitter * (2 * random() - 1);
    this.#cancel = this.#in(rules.intervalMs * stretch, () => this.#begin());
  }

  #in(ms: number, callback: () => void): () => void {
    return this.#parts.clock.after(ms, callback);
  }
}
