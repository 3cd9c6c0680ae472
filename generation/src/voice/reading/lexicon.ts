/**
 * Words the voice's own dictionary lacks or says wrongly, written the way it says them right (found by listening to its
 * phones). Everything else is left to its dictionary and letter-to-sound rules.
 */
const RESPELLINGS: { readonly [word: string]: string } = {
  chatgpt: 'chat g p t',
  openai: 'open ay i',
  youtube: 'you tube',
  tiktok: 'tick tock',
  github: 'git hub',
  javascript: 'java script',
  typescript: 'type script',
  wifi: 'why fie',
  'wi-fi': 'why fie',
  iphone: 'i phone',
  ipad: 'i pad',
  ios: 'i o s',
  ebook: 'e book',
  jpeg: 'jay peg',
  ok: 'okay',
  reading: 'reeding',
  kubernetes: 'koober netties',
  podcast: 'pod cast',
  podcasts: 'pod casts',
  selfie: 'self e',
  blog: 'blogg',
  emoji: 'emoe gee',
  app: 'ap',
  apps: 'aps',
};

/** What to say for a lower-case word, if the voice needs help with it. */
export function respellingOf(word: string): readonly string[] | undefined {
  return Object.hasOwn(RESPELLINGS, word) ? RESPELLINGS[word]?.split(' ') : undefined;
}
