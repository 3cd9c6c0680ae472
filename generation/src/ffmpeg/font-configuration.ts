/**
 * A fontconfig file that knows one folder of fonts and nothing of the machine's own, so that a caption looks the same
 * everywhere. Its path goes into `FONTCONFIG_FILE`.
 *
 * @param cache a writable folder; without one, fontconfig complains or writes into the user's home
 */
export function fontConfiguration(fonts: string, cache: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    `  <dir>${xmlText(fonts)}</dir>`,
    `  <cachedir>${xmlText(cache)}</cachedir>`,
    '  <config></config>',
    '</fontconfig>',
    '',
  ].join('\n');
}

const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
