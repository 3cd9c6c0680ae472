import { settingsReference } from './reference.ts';

/** docs/settings.md: the whole page, so that a test can hold it against the settings. */
export function settingsDocument(): string {
  return `# Settings

\`callsheet.toml\` in the folder the gateway is started in, or the file \`CALLSHEET_CONFIG\` or \`--config\` names. Environment
variables win over the file, the file over the defaults. \`callsheet-server config print\` shows what counts and where it
comes from, secrets masked. A setting that is wrong or unknown stops the start, with everything that is wrong at once.

This page is written by \`npm run docs\` from the declaration the gateway checks against.

${settingsReference()}`;
}
