import { expect } from 'chai';
import type { BatchItem, Call, Client, In, JobHandle, JobHandleView, JobProgress, Progress } from '../src/index.ts';
import { converseOpen } from './conversation.ts';

interface Tools {
  write_script: { input: { subject: string; paragraphs?: number }; output: { script: string } };
  speak: { input: { text: string }; output: { url: string }; progress: { progress: number; words: number } };
  film: { input: FilmInput; output: Film; job: true };
  /** Its arguments know of no waiting. */
  mix: { input: { tracks: readonly string[] }; output: { url: string }; job: true };
}

interface FilmInput {
  subject: string;
  wait_for_completion?: boolean;
}
interface Film {
  url: string;
}

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(proof: Same<A, B>): boolean => proof;

/** Never run: the compiler is the test. Every line below the comments must fail to compile, or compiling fails. */
async function usage(client: Client<Tools>): Promise<void> {
  const call = client.tools.write_script({ subject: 'Reefs' });
  same<typeof call, Call<{ script: string }, Progress>>(true);
  const { script } = await call;
  same<typeof script, string>(true);
  for await (const report of client.tools.speak({ text: script })) same<typeof report.words, number>(true);
  const job = await client.submit('speak', { text: script });
  same<typeof job, JobHandle<{ url: string }, JobProgress>>(true);
  for await (const event of job) if (event.type === 'progress') same<typeof event.data.stage, string>(true);
  same<Awaited<ReturnType<typeof job.result>>, { url: string }>(true);
  await client.call('speak', { text: 'x' }, { onProgress: ({ words }) => same<typeof words, number>(true) });

  // @ts-expect-error no such tool
  await client.tools.write_scrip({ subject: 'Reefs' });
  // @ts-expect-error no such tool
  await client.call('sing', {});
  // @ts-expect-error the subject is missing
  await client.tools.write_script({});
  // @ts-expect-error paragraphs are a number
  await client.tools.write_script({ subject: 'Reefs', paragraphs: 'two' });
  // @ts-expect-error the result has no such member
  await client.tools.write_script({ subject: 'Reefs' }).then((result) => result.text);
  // @ts-expect-error no such option
  await client.tools.speak({ text: 'x' }, { retries: 3 });
  // @ts-expect-error no such event
  client.on('reconnected', () => undefined);
}

/** Never run either: what calls of job tools answer. */
async function jobs(client: Client<Tools>, wish: FilmInput, maybe: boolean): Promise<void> {
  const started = await client.tools.film({ subject: 'Reefs' });
  same<typeof started, JobHandleView>(true);
  const unwaited = await client.call('film', { subject: 'Reefs', wait_for_completion: false });
  same<typeof unwaited, JobHandleView>(true);
  const waited = await client.tools.film({ subject: 'Reefs', wait_for_completion: true });
  same<typeof waited, JobHandleView | Film>(true);
  const url: string = 'job_id' in waited ? waited.job_id : waited.url;
  const either = await client.call('film', { subject: url, wait_for_completion: maybe });
  same<typeof either, JobHandleView | Film>(true);
  const declared = await client.tools.film(wish);
  same<typeof declared, JobHandleView | Film>(true);
  const mixed = await client.tools.mix({ tracks: [] });
  same<typeof mixed, JobHandleView>(true);
  same<Awaited<ReturnType<JobHandle<Film, JobProgress>['result']>>, Film>(true);
  const job = await client.submit('film', { subject: 'Reefs', wait_for_completion: true });
  same<typeof job, JobHandle<Film, JobProgress>>(true);

  const results = await client.batch([
    { tool: 'film', args: { subject: 'Reefs' } },
    { tool: 'film', args: { subject: 'Reefs', wait_for_completion: true } },
    { tool: 'film', args: wish },
    { tool: 'mix', args: { tracks: ['a'] } },
    { tool: 'speak', args: { text: 'Reefs' } },
  ]);
  type Either = JobHandleView | Film;
  same<typeof results, [JobHandleView, Either, Either, JobHandleView, { url: string }]>(true);
  const items: BatchItem<Tools>[] = [];
  const unknown = await client.batch(items);
  same<(typeof unknown)[number], { script: string } | { url: string } | JobHandleView>(true);

  // @ts-expect-error a handle has no result
  started.url;
  // @ts-expect-error perhaps it is the handle
  waited.url;
  // @ts-expect-error no such argument
  await client.tools.film({ subject: 'Reefs', wait: true });
  // @ts-expect-error no such argument
  await client.call('film', { subject: 'Reefs', wait_for_completion: true, wait: true });
  // @ts-expect-error it is true or false
  await client.tools.film({ subject: 'Reefs', wait_for_completion: 'yes' });
  // @ts-expect-error this one cannot be waited for
  await client.tools.mix({ tracks: [], wait_for_completion: true });
  // @ts-expect-error nor this
  await client.tools.speak({ text: 'x', wait_for_completion: true });
  // @ts-expect-error the subject is missing
  await client.tools.film({ wait_for_completion: true });
}

/** Code for any tool takes the arguments of any tool. */
const wrapped = <K extends keyof Tools & string>(client: Client<Tools>, tool: K, args: In<Tools, K>) =>
  client.call<K, boolean>(tool, args);

describe('the types of tools', () => {
  it('make wrong names, arguments and results errors of the compiler', () => {
    expect(usage).to.be.a('function');
  });

  it('say that a call of a job tool answers its handle, unless it waits', () => {
    expect(jobs).to.be.a('function');
    type Wrapped = Awaited<ReturnType<typeof wrapped<'film'>>>;
    expect(same<Wrapped, JobHandleView | Film>(true)).to.equal(true);
  });

  it('without a type any tool may be called, and its result is unknown', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['tools/call'] = () => ({ structuredContent: 1 });
    const result = await client.call('anything', { at: 'all' });
    expect(same<typeof result, unknown>(true)).to.equal(true);
    await client.close();
  });
});
