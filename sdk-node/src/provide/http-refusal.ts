import { CallError, type ErrorName, isJsonObject, type Json, type WireError } from '@callsheet/protocol';

/** What a status means when the body does not say more. */
const BY_STATUS: Readonly<Record<number, ErrorName>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  429: 'RATE_LIMITED',
  503: 'OVERLOADED',
  507: 'STORAGE_FULL',
};
const LONGEST_BODY = 65_536;

/** An HTTP refusal of the gateway as the error its body tells of. `doing` finishes «Cannot …». */
export async function errorOf(response: Response, doing: string): Promise<CallError> {
  const { status } = response;
  const error = await refusalIn(response);
  if (error !== undefined) return CallError.fromWire(error);
  return new CallError(BY_STATUS[status] ?? 'UPSTREAM_ERROR', `Cannot ${doing}: HTTP ${status}`, {
    retryable: status >= 500,
  });
}

/** What the body of a refusal tells, when it is the gateway's. Never rejects. */
export async function refusalIn(response: Response): Promise<WireError | undefined> {
  return readError(await shortText(response).catch(() => ''));
}

/** Nobody answered, or not to the end. */
export function unreachable(doing: string, cause: unknown): CallError {
  return new CallError('UPSTREAM_ERROR', `Cannot ${doing}: the gateway could not be reached`, {
    retryable: true,
    cause,
  });
}

function readError(body: string): WireError | undefined {
  try {
    const value = JSON.parse(body) as Json;
    const error = isJsonObject(value) ? value.error : undefined;
    const told = isJsonObject(error) && Number.isSafeInteger(error.code) && typeof error.message === 'string';
    return told ? (error as unknown as WireError) : undefined;
  } catch {
    return undefined;
  }
}

/** At most so much of a body that may be anybody's. */
async function shortText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST_BODY) break;
  }
  return text;
}
