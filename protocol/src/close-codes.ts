/** Why a connection ended. 1000–1015 are RFC 6455 §7.4.1 and the IANA registry; 4400–4429 are ours. */
export const CLOSE_CODES = {
  NORMAL: { code: 1000, meaning: 'Done' },
  GOING_AWAY: { code: 1001, meaning: 'The page is gone' },
  PROTOCOL_ERROR: { code: 1002, meaning: 'A broken frame' },
  INVALID_TEXT: { code: 1007, meaning: 'Text that is not UTF-8' },
  POLICY: { code: 1008, meaning: 'Too many unreadable messages, or a binary frame' },
  TOO_LARGE: { code: 1009, meaning: 'A message far above the limit' },
  INTERNAL: { code: 1011, meaning: 'A fault of the server' },
  RESTART: { code: 1012, meaning: 'The server restarts; connect again' },
  TRY_LATER: { code: 1013, meaning: 'Slow consumer, or shed under load' },
  BAD_OPENING: { code: 4400, meaning: 'The first message was not session/open' },
  UNAUTHENTICATED: { code: 4401, meaning: 'No valid credential, or it expired' },
  FORBIDDEN: { code: 4403, meaning: 'Not allowed to connect' },
  VERSION_MISMATCH: { code: 4406, meaning: 'No protocol version in common' },
  TIMEOUT: { code: 4408, meaning: 'No opening in time, or the peer stopped answering' },
  TAKEN_OVER: { code: 4409, meaning: 'Another connection resumed this session' },
  ABUSE: { code: 4429, meaning: 'Far too many calls' },
} as const;

export type CloseName = keyof typeof CLOSE_CODES;
