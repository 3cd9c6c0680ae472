import { expect } from 'chai';
import type { Call, Client, JobHandle, JobProgress, Progress } from '../src/index.ts';
import { converseOpen } from './conversation.ts';

interface Tools {
  write_script: { input: { subject: string; paragraphs?: number }; output: { script: string } };
  speak: { input: { text: string }; output: { url: string }; progress: { progress: number; words: number } };
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

describe('the types of tools', () => {
  it('make wrong names, arguments and results errors of the compiler', () => {
    expect(usage).to.be.a('function');
  });

  it('without a type any tool may be called, and its result is unknown', async () => {
    const { client, gateway } = await converseOpen();
    gateway.handlers['tools/call'] = () => ({ structuredContent: 1 });
    const result = await client.call('anything', { at: 'all' });
    expect(same<typeof result, unknown>(true)).to.equal(true);
    await client.close();
  });
});
