import { fileURLToPath } from 'node:url';
import { GlobalFonts } from '@napi-rs/canvas';

/** The one directory libass needs (`fontsdir`): WOFF files only, for libass tries to load whatever it finds there. */
export const FONTS_DIRECTORY = fileURLToPath(new URL('../../fonts/faces/', import.meta.url));

export type FaceName = 'Inter ExtraBold' | 'Inter SemiBold' | 'Noto Sans SC';

interface Face {
  /** The family name inside the files, by which libass selects. */
  readonly libass: string;
  readonly files: readonly string[];
  /** OS/2 usWinAscent and usWinDescent, in ems. libass, as GDI did, calls their sum the font size. */
  readonly ascent: number;
  readonly descent: number;
}

const INTER_SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'vietnamese'];

export const FACES: Readonly<Record<FaceName, Face>> = {
  'Inter ExtraBold': {
    libass: 'Inter ExtraBold',
    files: INTER_SUBSETS.map((subset) => `inter-${subset}-800-normal.woff`),
    ascent: 2269 / 2048,
    descent: 660 / 2048,
  },
  'Inter SemiBold': {
    libass: 'Inter SemiBold',
    files: INTER_SUBSETS.map((subset) => `inter-${subset}-600-normal.woff`),
    ascent: 2269 / 2048,
    descent: 660 / 2048,
  },
  'Noto Sans SC': {
    libass: 'Noto Sans SC Thin ExtraBold',
    files: ['noto-sans-sc-chinese-simplified-800-normal.woff'],
    ascent: 1.16,
    descent: 0.288,
  },
};

/**
 * Makes the faces known to the canvas and answers the CSS family list of one. Each subset is registered under a name of
 * its own, because the canvas takes one file per family and style and looks on in the list for what it lacks.
 */
export function canvasFamily(face: FaceName): string {
  const names = [face, 'Noto Sans SC'].flatMap((name) =>
    isFaceName(name) ? FACES[name].files.map((file) => registered(file)) : [],
  );
  return [...new Set(names)].map((name) => `"${name}"`).join(', ');
}

function isFaceName(name: string): name is FaceName {
  return Object.hasOwn(FACES, name);
}

function registered(file: string): string {
  const alias = `Callsheet ${file.replace('.woff', '')}`;
  if (!GlobalFonts.has(alias)) GlobalFonts.registerFromPath(`${FONTS_DIRECTORY}${file}`, alias);
  return alias;
}

/** A piece of text that one face draws. */
export interface FontRun {
  readonly text: string;
  readonly face: FaceName;
}

/** Han, kana, hangul, their punctuation and full-width forms: what Inter has no glyphs for. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\u30fb\u30fc\uff00-\uffef]/u;

/** True when the text has characters of a script written without spaces. */
export function isWide(text: string): boolean {
  return WIDE.test(text);
}

/** Cuts text where the face changes. */
export function fontRuns(text: string, face: FaceName): FontRun[] {
  const runs: { text: string; face: FaceName }[] = [];
  for (const character of text) {
    const needed = WIDE.test(character) ? 'Noto Sans SC' : face;
    const last = runs.at(-1);
    if (last && last.face === needed) last.text += character;
    else runs.push({ text: character, face: needed });
  }
  return runs;
}
