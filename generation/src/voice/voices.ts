import { CallError } from '@callsheet/protocol';

/** A voice as it is listed; field names are the catalogue's. */
export interface Voice {
  /** What a caller asks for, e.g. `flite:awb`. */
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  /** BCP 47; empty where any language will do. */
  readonly language: string;
  readonly gender: 'female' | 'male' | 'none';
  /** Works without a key and without a network. */
  readonly offline: boolean;
  /** How the times of its words are known. */
  readonly word_timings: 'exact' | 'estimated';
}

/** How a voice is set up in the engine. */
export interface FliteSetting {
  readonly engineName: string;
  /** Makes the recorded pace a narrator's, about 165 words a minute. */
  readonly stretch: number;
}

/** By an offline recogniser the best understood of the four once music plays underneath. */
export const DEFAULT_VOICE = 'flite:rms';
/** No speech: silence as long as reading takes, with estimated word times. For videos told by captions. */
export const NO_VOICE = 'none';

const OFFLINE = { provider: 'flite', offline: true, word_timings: 'exact' } as const;

/** Every voice there is without a key, the default first. */
export const VOICES: readonly Voice[] = [
  { id: DEFAULT_VOICE, name: 'Rich, American English', language: 'en-US', gender: 'male', ...OFFLINE },
  { id: 'flite:awb', name: 'Alan, Scottish English', language: 'en-GB', gender: 'male', ...OFFLINE },
  { id: 'flite:slt', name: 'Susan, American English', language: 'en-US', gender: 'female', ...OFFLINE },
  { id: 'flite:kal16', name: 'Kal, American English, robotic', language: 'en-US', gender: 'male', ...OFFLINE },
  {
    id: NO_VOICE,
    provider: 'none',
    name: 'No voice, captions only',
    language: '',
    gender: 'none',
    offline: true,
    word_timings: 'estimated',
  },
];

const SETTINGS: { readonly [id: string]: FliteSetting } = {
  'flite:awb': { engineName: 'awb', stretch: 1.07 },
  'flite:rms': { engineName: 'rms', stretch: 0.97 },
  'flite:slt': { engineName: 'slt', stretch: 1.07 },
  'flite:kal16': { engineName: 'kal16', stretch: 1.03 },
};

/**
 * Finds a voice by its id, or by the part behind the colon. `auto` and the empty string are the default.
 * @throws CallError INVALID_PARAMS that lists the voices
 */
export function findVoice(wanted: string): Voice {
  const id = wanted === '' || wanted === 'auto' ? DEFAULT_VOICE : wanted.toLowerCase();
  const voice = VOICES.find((candidate) => candidate.id === id || candidate.id === `flite:${id}`);
  if (voice === undefined) {
    const known = VOICES.map((candidate) => candidate.id).join(', ');
    throw new CallError('INVALID_PARAMS', `Cannot speak with voice "${wanted}": it is unknown; use one of ${known}`);
  }
  return voice;
}

/** The engine's setting for a voice; undefined for `none`. */
export function fliteSettingOf(voice: Voice): FliteSetting | undefined {
  return SETTINGS[voice.id];
}
