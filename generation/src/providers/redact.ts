const MASK = '[redacted]';
/** Credentials by their shape, for those that a provider quotes back at us in another form than we sent. */
const SHAPES: readonly RegExp[] = [
  // A digit tells a credential from «Basic knowledge».
  /\b(?:Bearer|Basic|Key)\s+(?=[\w.~+/=:-]*\d)[\w.~+/=:-]{8,}/gu,
  /\b(?:sk|pk|csk|xi|key)[-_][\w-]{8,}/giu,
  /([?&](?:key|api_key|apikey|token|access_token)=)[^&\s"']+/giu,
];

/** Takes secrets out of a text that may reach a log or a caller: the given ones, and whatever looks like a credential. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length > 0) clean = clean.replaceAll(secret, MASK);
  }
  for (const shape of SHAPES) clean = clean.replace(shape, (_, name) => (typeof name === 'string' ? name : '') + MASK);
  return clean;
}
