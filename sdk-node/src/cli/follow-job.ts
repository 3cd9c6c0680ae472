import { CancelledError, type JobHandle, type JobProgress } from '@callsheet/sdk-core';
import { ProgressDisplay } from './progress-display.ts';
import type { Terminal } from './terminal.ts';

/** Shows a job until it ends, and gives its result. Ctrl-C stops the showing; the job goes on, and the user is told how to get back. */
export async function followJob(job: JobHandle<unknown, JobProgress>, terminal: Terminal): Promise<unknown> {
  const { interrupt, stderr } = terminal;
  const display = new ProgressDisplay(stderr, terminal.now);
  const detach = (): void => job.detach();
  interrupt.addEventListener('abort', detach);
  try {
    for await (const event of job) {
      if (event.type === 'state') display.show({ stage: event.state, fraction: event.job.progress });
      else {
        const { stage, message, estimatedRemaining } = event.data;
        display.show({ stage, fraction: event.progress, message, left: estimatedRemaining });
      }
    }
  } finally {
    display.end();
    interrupt.removeEventListener('abort', detach);
  }
  if (!interrupt.aborted) return job.result();
  throw new CancelledError(
    'CANCELLED',
    `Job "${job.id}" goes on without you: callsheet job ${job.id} --follow shows it, --cancel stops it`,
  );
}
