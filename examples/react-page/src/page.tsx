import { RpcClientError } from '@callsheet/sdk-browser';
import { useClient, useConnection, useJob, useTool } from '@callsheet/sdk-browser/react';
import { useState } from 'react';
import { Away } from './away.tsx';
import type { CreateVideoInput, CreateVideoOutput } from './tools.d.ts';
import { Video } from './video.tsx';
import { type Wish, WishForm } from './wish-form.tsx';

/** The job of this tab, which goes on whatever happens to the page. */
const remembered = sessionStorage.getItem('job') ?? '';

export function Page() {
  const client = useClient();
  const connection = useConnection();
  const isAway = connection === 'reconnecting';
  const draft = useTool('generate_video_script');
  const [jobId, setJobId] = useState(remembered);
  // A gateway that is away when the page opens may stay so for longer than anything waits for its answer.
  const [wasReady, setWasReady] = useState(false);
  if (connection === 'ready' && !wasReady) setWasReady(true);
  const video = useJob<CreateVideoOutput>(wasReady ? jobId : '');
  const [refusal, setRefusal] = useState('');

  async function make({ subject, text, aspect }: Wish) {
    setRefusal('');
    try {
      const wish: CreateVideoInput = { video_subject: subject, source_text: text, video_aspect: aspect };
      const { id } = await client.submit('create_video', { ...wish, resolution: '480p', quality: 'draft' });
      sessionStorage.setItem('job', id);
      setJobId(id);
    } catch (error) {
      if (!RpcClientError.is(error)) throw error;
      setRefusal(error.message);
    }
  }

  const failure = draft.error?.message ?? refusal;
  return (
    <>
      <header>
        <h1>A video from your words</h1>
        <output className="pill" data-state={connection}>
          {connection}
        </output>
      </header>
      <Away isMaking={jobId !== '' && !video.result && !video.error} />
      <main>
        <WishForm
          isAway={isAway}
          drafting={draft.pending}
          onDraft={({ subject, text }) => draft.call({ video_subject: subject, source_text: text })}
          onMake={make}
        />
        <section className="card" aria-live="polite" aria-label="Result">
          {draft.data && <blockquote>{draft.data.script}</blockquote>}
          {jobId && <Video video={video} isAway={isAway} />}
          {!draft.data && !jobId && <p className="quiet">Your script and your video appear here.</p>}
          {failure && (
            <p className="failure" role="alert">
              {failure}
            </p>
          )}
        </section>
      </main>
    </>
  );
}
