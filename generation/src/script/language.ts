/** Scripts written without spaces between words, where only a dictionary can find the words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** True when the text holds characters of a script that puts no spaces between words. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/** The tag as Intl accepts it, or undefined when Intl refuses it; requirement texts write `zh_CN` where BCP 47 has a hyphen. */
export function localeOf(language: string | undefined): string | undefined {
  if (language === undefined || language === '') return undefined;
  try {
    return new Intl.Locale(language.replaceAll('_', '-')).toString();
  } catch {
    return undefined;
  }
}

/** The language without region and script, lower case: `en` for `en_US`. Undefined when it is not a language tag. */
export function primaryLanguage(language: string | undefined): string | undefined {
  const locale = localeOf(language);
  return locale === undefined ? undefined : new Intl.Locale(locale).language;
}

/** The language a text is most likely in, as far as its characters tell: ja, ko, zh, th, ru, ar, … or undefined for Latin. */
export function languageByScript(text: string): string | undefined {
  const head = text.slice(0, 2000);
  const found = SCRIPT_LANGUAGES.find(([pattern]) => pattern.test(head));
  return found?.[1];
}

const SCRIPT_LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Thai}/u, 'th'],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Devanagari}/u, 'hi'],
  [/\p{Script=Greek}/u, 'el'],
];
