import { isJsonObject, type Json } from '@callsheet/protocol';
import { cleanText } from '../intake/clean-text.ts';

/** A scene as a model wrote it; a title may be missing. */
export interface ModelScene {
  readonly title?: string;
  readonly text: string;
}

/** A model's answer holds no usable script; the message says why, in words the model can act on. */
export class UnreadableScript extends Error {
  override readonly name = 'UnreadableScript';
}

const MOST_SCENES = 30;
const LONGEST_TEXT = 5000;
const LONGEST_TITLE = 120;

/**
 * Reads the scenes out of a model's answer: thinking aloud and code fences are taken off, markdown and speaker labels are
 * taken out of the texts.
 * @throws UnreadableScript
 */
export function readScenes(answer: string): ModelScene[] {
  const parsed = parseObject(withoutThinking(answer));
  const scenes = isJsonObject(parsed) ? parsed.scenes : parsed;
  if (!Array.isArray(scenes)) throw new UnreadableScript('it has no array "scenes"');
  if (scenes.length > MOST_SCENES)
    throw new UnreadableScript(`it has ${scenes.length} scenes; write at most ${MOST_SCENES}`);
  const read = scenes.map(readScene);
  if (read.length === 0) throw new UnreadableScript('"scenes" is empty');
  return read;
}

/**
 * Reasoning models leak their thoughts in `<think>`; a block without an end runs to the end. One pass, however many blocks
 * are opened: the answer is a stranger's.
 */
export function withoutThinking(answer: string): string {
  let said = '';
  let from = 0;
  let thinking = false;
  for (const tag of answer.matchAll(/<(\/?)think(?:ing)?>/giu)) {
    const closes = tag[1] === '/';
    if (closes !== thinking) continue;
    if (!closes) said += answer.slice(from, tag.index);
    thinking = !closes;
    from = tag.index + tag[0].length;
  }
  return (thinking ? said : said + answer.slice(from)).trim();
}

function parseObject(text: string): Json {
  const from = text.search(/[[{]/u);
  const to = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  if (from < 0 || to < from) throw new UnreadableScript('it holds no JSON object');
  try {
    return JSON.parse(text.slice(from, to + 1));
  } catch (error) {
    throw new UnreadableScript(`it is not valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function readScene(scene: Json, index: number): ModelScene {
  const text = spoken(isJsonObject(scene) ? scene.text : scene);
  if (text === '') throw new UnreadableScript(`scene ${index + 1} has no "text"`);
  if (text.length > LONGEST_TEXT)
    throw new UnreadableScript(`scene ${index + 1} is longer than ${LONGEST_TEXT} characters`);
  const title = cleanText(spoken(isJsonObject(scene) ? scene.title : ''), { maxLength: LONGEST_TITLE });
  return title === '' ? { text } : { title, text };
}

/** Only what a voice can say, in one line. */
function spoken(value: Json | undefined): string {
  if (typeof value !== 'string') return '';
  // Cut well above what is allowed, so that the rest is refused as too long and not silently dropped.
  return cleanText(value, { maxLength: 4 * LONGEST_TEXT, lines: true })
    .replace(/[*_`#~]+/gu, '')
    .replace(/^[^\S\n]*(?:narrator|voice-?over|scene \d+|vo|host)[^\S\n]*:/gimu, '')
    .replace(/\p{Extended_Pictographic}(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F|\u200D)*/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
