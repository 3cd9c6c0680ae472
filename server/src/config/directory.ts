import { longVariable, type Sections, type Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';
import { nearest } from './suggest.ts';

/** One setting with its address. */
export interface Listed {
  readonly section: string;
  readonly key: string;
  /** `section.key` */
  readonly path: string;
  readonly setting: Setting;
}

const SECTIONS: Sections = SETTINGS;

export const ALL: readonly Listed[] = Object.entries(SECTIONS).flatMap(([section, settings]) =>
  Object.entries(settings).map(([key, setting]) => ({ section, key, path: `${section}.${key}`, setting })),
);

const BY_PATH: ReadonlyMap<string, Setting> = new Map(ALL.map(({ path, setting }) => [path, setting]));

export function settingAt(path: string): Setting | undefined {
  return BY_PATH.get(path);
}

export function isSection(name: string): boolean {
  return Object.hasOwn(SECTIONS, name);
}

/** The variables that set a setting, the short one first; none for lists and tables. */
export function variablesOf({ path, setting }: Listed): readonly string[] {
  if (setting.kind === 'list' || setting.kind === 'table') return [];
  return [...(setting.variable === undefined ? [] : [setting.variable]), longVariable(path)];
}

/** What the author of an unknown key may have meant: the same key elsewhere, or one that is nearly the same. */
export function meant(section: string, key: string): string | undefined {
  const elsewhere = ALL.find((listed) => listed.key === key);
  if (elsewhere !== undefined) return elsewhere.path;
  const own = ALL.filter((listed) => listed.section === section);
  const near = nearest(
    key,
    own.map((listed) => listed.key),
  );
  return near === undefined ? nearest(`${section}.${key}`, [...BY_PATH.keys()]) : `${section}.${near}`;
}

export function nearestSection(name: string): string | undefined {
  return nearest(name, Object.keys(SECTIONS));
}
