import { type Finder, type Found, findMatches } from './ranges.ts';

/** Credentials that can be told by how they begin. Every pattern ends in a greedy class, so that nothing is read twice. */
export const TOKEN_SHAPES: readonly RegExp[] = [
  // Ours: API keys (also mistyped ones), session tickets, resume and refresh tokens.
  /csk_(?:live|test)_[0-9A-Za-z]{8}_[0-9A-Za-z]+/,
  /(?:tkt|rsm|rft)_[\w-]{20,}/,
  // OpenAI, Anthropic, DeepSeek and who copied them; not the end of `task-…` or `risk-…`.
  /(?<![0-9A-Za-z])sk-[\w-]{16,}/,
  // Stripe, ElevenLabs.
  /(?<![0-9A-Za-z])[rs]k_(?:live_|test_)?[0-9A-Za-z]{20,}/,
  // Google.
  /AIza[\w-]{30,}/,
  /ya29\.[\w-]{20,}/,
  // GitHub, GitLab, npm, Slack, Hugging Face, Replicate, Groq, AWS.
  /gh[opusr]_[0-9A-Za-z]{20,}/,
  /github_pat_\w{20,}/,
  /glpat-[\w-]{20,}/,
  /(?<![0-9A-Za-z])npm_[0-9A-Za-z]{30,}/,
  /xox[abeoprs]-[\w-]{10,}/,
  /(?<![0-9A-Za-z])hf_[0-9A-Za-z]{20,}/,
  /(?<![0-9A-Za-z])r8_[0-9A-Za-z]{20,}/,
  /(?<![0-9A-Za-z])gsk_[0-9A-Za-z]{20,}/,
  /A(?:KIA|SIA)[0-9A-Z]{16}/,
];

export const TOKEN = new RegExp(TOKEN_SHAPES.map(({ source }) => source).join('|'), 'g');
export const DOTTED_RUN = /[\w.-]{20,}/g;
export const PRIVATE_KEY = /-----BEGIN [0-9A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

export const findTokens: Finder = (text, found) => findMatches(TOKEN, text, found);

/**
 * JSON Web Tokens, signed (RFC 7515 §3.1) and encrypted (RFC 7516 §3.1). Runs are taken apart at their dots, not matched:
 * a pattern that must find a dot would read a long run once from every `eyJ` in it.
 */
export const findJsonWebTokens: Finder = (text, found) => {
  if (!text.includes('eyJ')) return;
  for (const run of text.matchAll(DOTTED_RUN)) jsonWebTokenIn(run[0], run.index, found);
};

function jsonWebTokenIn(run: string, offset: number, found: Found): void {
  const parts = run.split('.');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const header = part.indexOf('eyJ');
    const second = parts[index + 1] ?? '';
    const left = parts.length - index;
    // A directly encrypted token has an empty second part, and five in all.
    const shaped = (left >= 3 && second.length >= 4) || (left >= 5 && second === '');
    if (header >= 0 && part.length - header >= 8 && shaped) {
      found(offset + at + header, offset + run.length);
      return;
    }
    at += part.length + 1;
  }
}

/** Private keys in PEM (RFC 7468), up to their end line, or to the end of a text that was cut before it. */
export const findPrivateKeys: Finder = (text, found) => {
  if (!text.includes('PRIVATE KEY')) return;
  const header = new RegExp(PRIVATE_KEY);
  for (let match = header.exec(text); match !== null; match = header.exec(text)) {
    const footer = text.indexOf('-----END', header.lastIndex);
    const lineEnd = footer < 0 ? -1 : text.indexOf('-----', footer + 8);
    const end = lineEnd < 0 ? text.length : lineEnd + 5;
    found(match.index, end);
    header.lastIndex = end;
  }
};
