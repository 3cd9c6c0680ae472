import { createClient, RpcClientError, ticketFrom } from '@callsheet/sdk-browser';

const client = createClient({
  url: async () => (await fetch('/gateway')).text(),
  auth: { type: 'ticket', ticket: ticketFrom('/ticket') },
});

const element = (id) => document.getElementById(id);
const { subject, text, aspect, draft, make } = element('wish').elements;

/** Shows an element, with these properties; without, hides it. */
function show(id, properties) {
  element('empty').hidden = true;
  Object.assign(element(id), properties, { hidden: properties === undefined });
}

/** Every failure is an RpcClientError with a code to switch on and a sentence for people. */
function fail(error) {
  show('failure', { textContent: RpcClientError.is(error) ? error.message : 'Something broke in this page' });
}

client.on('state', ({ to }) => {
  const pill = element('connection');
  pill.textContent = to;
  pill.dataset.state = to;
});

// A call: asked, answered.
draft.addEventListener('click', async () => {
  draft.disabled = true;
  show('failure');
  try {
    const { script } = await client.tools.generate_video_script({
      video_subject: subject.value,
      source_text: text.value,
    });
    show('script', { textContent: script });
  } catch (error) {
    fail(error);
  }
  draft.disabled = false;
});

// A job: it goes on whatever happens to this page, which remembers its id and finds it again after a reload.
element('wish').addEventListener('submit', async (event) => {
  event.preventDefault();
  make.disabled = true;
  show('failure');
  try {
    const job = await client.submit('create_video', {
      video_subject: subject.value,
      source_text: text.value,
      video_aspect: aspect.value,
      resolution: '480p',
      quality: 'draft',
    });
    sessionStorage.setItem('job', job.id);
    await follow(job);
  } catch (error) {
    fail(error);
  }
  make.disabled = false;
});

async function follow(job) {
  show('video');
  show('work', {});
  element('cancel').onclick = () => job.cancel().catch(fail);
  try {
    for await (const event of job) {
      if (event.type !== 'progress') continue;
      const { stage, message = stage, estimatedRemaining } = event.data;
      const left = estimatedRemaining === undefined ? '' : `, about ${Math.ceil(estimatedRemaining)} s left`;
      element('stage').textContent = message + left;
      element('progress').value = event.progress;
    }
    const { video, script, captions } = await job.result();
    show('script', { textContent: script.text });
    element('captions').src = captions.vtt.url;
    // It begins in black: a picture of it stands there until somebody plays it.
    show('video', { src: `${video.url}#t=2` });
  } finally {
    show('work');
  }
}

element('video').addEventListener('play', ({ target }) => {
  if (target.played.length === 0) target.currentTime = 0;
});

const remembered = sessionStorage.getItem('job');
if (remembered) {
  make.disabled = true;
  follow(client.job(remembered))
    .catch(fail)
    .finally(() => {
      make.disabled = false;
    });
} else client.connect().catch(fail);
