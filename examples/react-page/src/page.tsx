import { RpcClientError } from '@callsheet/sdk-browser';
import { useClient, useConnection, useTool } from '@callsheet/sdk-browser/react';
import { useState } from 'react';
import type { CreateVideoInput } from './tools.d.ts';
import { Video } from './video.tsx';
import { type Wish, WishForm } from './wish-form.tsx';

/** The job of this tab, which goes on whatever happens to the page. */
const remembered = sessionStorage.getItem('job') ?? '';

export function Page() {
  const client = useClient();
  const connection = useConnection();
  const draft = useTool('generate_video_script');
  const [jobId, setJobId] = useState(remembered);
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
      <main>
        <WishForm
          drafting={draft.pending}
          onDraft={({ subject, text }) => draft.call({ video_subject: subject, source_text: text })}
          onMake={make}
        />
        <section className="card" aria-live="polite" aria-label="Result">
          {draft.data && <blockquote>{draft.data.script}</blockquote>}
          {jobId && <Video key={jobId} jobId={jobId} />}
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
