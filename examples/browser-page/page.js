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

/** What is under way, what its job said last, and when somebody tried to dial. */
const now = { drafting: false, making: false, stage: '', tried: '' };

/** While there is no connection nothing can be asked for: the page says so, instead of buttons that do nothing. */
function refresh() {
  const { state } = client;
  const isAway = state === 'reconnecting';
  const pill = element('connection');
  pill.textContent = state;
  pill.dataset.state = state;
  element('away').hidden = !isAway;
  const who = now.making ? 'your video goes' : 'you can go';
  element('why').textContent = `The gateway is away; ${who} on when it is back. ${now.tried}`;
  element('stage').textContent = isAway ? 'Waiting for the gateway' : now.stage;
  draft.disabled = now.drafting || isAway;
  make.disabled = now.making || isAway;
  element('cancel').disabled = state !== 'ready';
  for (const button of [draft, make, element('cancel')]) button.title = isAway ? 'The gateway is away' : '';
}

/** Changes some of it, and shows that. */
function note(changes) {
  Object.assign(now, changes);
  refresh();
}

client.on('state', refresh);

// The client dials again by itself; who does not want to wait for that dials now.
element('again').addEventListener('click', async ({ target }) => {
  target.disabled = true;
  try {
    await client.connect();
  } catch {
    note({ tried: `Tried at ${new Date().toLocaleTimeString()}.` });
  }
  target.disabled = false;
});
client.on('ready', () => note({ tried: '' }));

// A call: asked, answered.
draft.addEventListener('click', async () => {
  note({ drafting: true });
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
  note({ drafting: false });
});

// A job: it goes on whatever happens to this page, which remembers its id and finds it again after a reload.
element('wish').addEventListener('submit', async (event) => {
  event.preventDefault();
  note({ making: true, stage: '' });
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
  note({ making: false });
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
      note({ stage: message + left });
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
  note({ making: true, stage: 'Looking for your video' });
  show('work', {});
}
client.connect().catch((error) => {
  // As long as it is not final the page says that the gateway is away.
  if (client.state === 'closed') fail(error);
});
// A gateway that is away when the page opens may stay so for longer than anything waits for its answer.
const forget = client.on('ready', () => {
  forget();
  if (!remembered) return;
  follow(client.job(remembered))
    .catch(fail)
    .finally(() => note({ making: false }));
});
