import { parse, TomlError } from 'smol-toml';
import { readBorrowed } from './borrowed-names.ts';
import { isSection, meant, nearestSection, settingAt } from './directory.ts';
import type { Found } from './found.ts';
import { type Problem, shown } from './problems.ts';
import { didYouMean } from './suggest.ts';
import { isTable } from './table.ts';

/** What a source of settings says. */
export interface Reading {
  readonly found: readonly Found[];
  readonly problems: readonly Problem[];
  /** Worth telling, but no reason to stop. */
  readonly notes: readonly string[];
}

/**
 * Reads the text of a configuration file.
 *
 * @param file the file as it is called in what is said about it.
 * @param folder where it lies; relative paths in it count from there.
 */
export function readFileSettings(text: string, file: string, folder: string): Reading {
  const tree = parseToml(text);
  if (typeof tree === 'string') return { found: [], problems: [{ source: file, key: '', says: tree }], notes: [] };
  const found: Found[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [section, settings] of Object.entries(tree)) {
    if (section === 'app' && isTable(settings)) {
      const borrowed = readBorrowed(settings, file, folder);
      found.push(...borrowed.found);
      problems.push(...borrowed.problems);
      notes.push(...borrowed.notes);
    } else if (!isSection(section)) {
      problems.push({ source: file, key: section, says: notASection(section, settings) });
    } else if (!isTable(settings)) {
      problems.push({ source: file, key: section, says: `is ${shown(settings)}; expected a table, [${section}]` });
    } else {
      for (const [key, value] of Object.entries(settings)) {
        const path = `${section}.${key}`;
        if (settingAt(path) !== undefined) found.push({ path, value, source: file, key: path, folder });
        else problems.push({ source: file, key: path, says: `is not a setting${didYouMean(meant(section, key))}` });
      }
    }
  }
  return { found, problems, notes };
}

/** The document, or what is wrong with it. Its lines are not repeated: one of them may hold a key. */
function parseToml(text: string): Record<string, unknown> | string {
  try {
    return parse(text, { unsafeKeyBehaviour: 'throw', maxDepth: 16 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace('Invalid TOML document: ', '').split('\n');
    return `line ${error.line}, column ${error.column}: ${reason}`;
  }
}

function notASection(name: string, value: unknown): string {
  if (isTable(value)) return `is not a section${didYouMean(nearestSection(name))}`;
  return `stands outside a section${didYouMean(meant('', name))}`;
}
