import { array, boolean, integer, number, object, oneOf, string } from './keywords.ts';

// Written out in each tool instead of `$ref`: several agents and form builders that read tool schemas follow no references.

export const PROJECT = string({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  maxLength: 64,
  description: 'The project that the results are filed under. Default: the project of the call.',
});

export const LANGUAGE = string({
  pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$',
  maxLength: 35,
  description: 'BCP 47 language tag, e.g. "en" or "zh-CN". Default: told from the text.',
});

export const WORD = object(
  {
    w: string({ description: 'The word with its punctuation.' }),
    start: number({ minimum: 0, description: 'Seconds.' }),
    end: number({ minimum: 0, description: 'Seconds.' }),
  },
  ['w', 'start', 'end'],
  { title: 'Word' },
);

export const TIMING_QUALITY = oneOf(['exact', 'phoneme', 'character', 'estimated'], {
  description: 'How the word times came about; estimated times were computed from the text, not heard.',
});

export const COLOUR = string({ pattern: '^#[0-9A-Fa-f]{6}$', maxLength: 7, description: 'Like "#ffd400".' });

export const SEED = integer({
  minimum: 0,
  maximum: 4_294_967_295,
  description: 'The same seed and arguments give the same result. Default: drawn by chance and reported.',
});

/** A stored file, as the asset port answers it. */
export const ASSET = object(
  {
    asset_id: string(),
    kind: oneOf(['image', 'video', 'audio', 'subtitle', 'text']),
    mime: string(),
    extension: string(),
    url: string({ description: 'Where to get it; signed, so that no header is needed.' }),
    sha256: string(),
    bytes: integer({ minimum: 0 }),
    width: integer(),
    height: integer(),
    duration: number({ description: 'Seconds.' }),
    fps: number(),
    sample_rate: integer({ description: 'Hertz.' }),
    channels: integer(),
    project: string(),
    job_id: string(),
    provider: string(),
    model: string(),
    params: { type: 'object', description: 'What it was made with.' },
    parents: array(string(), { description: 'Ids of the assets it was made from.' }),
    intermediate: boolean(),
    created_at: string({ description: 'ISO 8601.' }),
  },
  ['asset_id', 'kind', 'mime', 'url', 'sha256', 'bytes', 'provider', 'created_at'],
  // The store may tell more about its files than this version of the tools knows.
  { title: 'Asset', additionalProperties: true },
);

/** Arguments of a job that the gateway acts on, not the tool. */
export const JOB_ARGUMENTS = {
  project_name: PROJECT,
  wait_for_completion: boolean({
    default: false,
    description: 'true: answer with the finished result. false: answer at once with a job to follow.',
  }),
  timeout_s: number({
    minimum: 1,
    maximum: 3600,
    description: 'With wait_for_completion: wait at most this many seconds, then answer with the job.',
  }),
} as const;
