import type { JobHandleView } from '@callsheet/sdk-core';
import { expect } from 'chai';
import { useJob, useTool } from '../../src/react.ts';
import type {} from './lab.ts';

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(proof: Same<A, B>): boolean => proof;

/** Never run: the compiler is the test, with the tools that the lab registered. */
async function Usage(): Promise<void> {
  const { call, data, progress } = useTool('double');
  same<typeof data, number | undefined>(true);
  same<Awaited<ReturnType<typeof call>>, number>(true);
  await call({ n: 1 }, { onProgress: (report) => same<typeof report | undefined, typeof progress>(true) });
  const { result } = useJob<{ url: string }>('job_1');
  same<typeof result, { url: string } | undefined>(true);
  const other = useTool<'sing', { sing: { input: { key: string }; output: string } }>('sing');
  same<typeof other.data, string | undefined>(true);
  const film = useTool<'film', { film: { input: { of: string }; output: string; job: true } }>('film');
  same<typeof film.data, string | JobHandleView | undefined>(true);

  // @ts-expect-error no such tool
  useTool('triple');
  // @ts-expect-error n is a number
  await call({ n: 'one' });
  // @ts-expect-error no such option
  useTool('double', { cancel: true });
}

describe('the types of the React hooks', () => {
  it('are those of the tools an application registered', () => {
    expect(Usage).to.be.a('function');
  });
});
