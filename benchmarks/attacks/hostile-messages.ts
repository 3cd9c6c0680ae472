const MIB = 1_048_576;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const request = (more: string): string => `{"jsonrpc":"2.0","id":7,"method":"ping"${more}}`;
const call = (name: string, args: string, id = 7): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${name}","arguments":${args}}}`;
const list = (member: string, count: number): string => `[${`${member},`.repeat(count - 1)}${member}]`;
const members = (count: number): string => Array.from({ length: count }, (_, index) => `"a${index}":0`).join(',');

/** One message each that should cost a server nothing worth mentioning; a function makes it when it is needed. */
export const HOSTILE: Readonly<Record<string, () => string>> = {
  '500,000 levels in 1 MB': () => nested(500_000),
  '5,000,000 levels in 10 MB': () => nested(5_000_000),
  'an id nested 9,000 deep': () => `{"jsonrpc":"2.0","id":${nested(9_000)},"method":"ping"}`,
  '60,000 members': () => request(`,"params":{${members(60_000)}}`),
  'an id of 200 KiB': () => `{"jsonrpc":"2.0","id":"${'x'.repeat(204_800)}","method":"ping"}`,
  'a batch of 10,000': () => `[${'1,'.repeat(9_999)}1]`,
  'a batch of 50 calls that do not fit': () =>
    `[${Array.from({ length: 50 }, () => call('diagnostics_sleep', '{}')).join(',')}]`,
  '1 MB that is no JSON': () => '"'.repeat(MIB - 2),
  '1 MB of escapes': () => request(`,"params":{"a":"${'\\u0041'.repeat(170_000)}"}`),
  '1 MB of escapes in 9,000 names': () =>
    request(
      `,"params":{${Array.from({ length: 9_000 }, (_, index) => `"${'\\u0041'.repeat(16)}${index}":0`).join(',')}}`,
    ),
  '1 MB of text as an argument': () => call('diagnostics_echo', `{"value":"${'x'.repeat(MIB - 200)}"}`),
  '9,000 members as an argument': () => call('diagnostics_echo', `{"value":{${members(9_000)}}}`),
  '1 MB of blanks in an argument with a pattern': () =>
    call('import_media', `{"url":"x","file_name":"${' '.repeat(MIB - 200)}"}`),
  '16 MB in one message': () => ' '.repeat(16 * MIB),
};

/** Calls of one tool under ids of their own, and what else there is, in one array. */
const frame = (calls: number, args: string, ...others: readonly string[]): string =>
  `[${[...Array.from({ length: calls }, (_, id) => call('diagnostics_echo', args, id)), ...others].join(',')}]`;

/** The same as members of coalesced frames, each of which is judged by itself. */
export const COALESCED: Readonly<Record<string, () => string>> = {
  'a frame of 500,000 levels beside a call': () => frame(1, '{}', nested(500_000)),
  'a frame that opens 1,000,000 arrays': () => '['.repeat(MIB - 1),
  'a frame of 49 calls, each too deep': () => frame(49, nested(10_000)),
  'a frame of 50 calls of 9,900 members': () => frame(50, `{"value":${list('0', 9_900)}}`),
  'a frame of 34 calls of 9,900 objects': () => frame(34, `{"value":${list('{}', 9_900)}}`),
  'the same with a member __proto__ at its end': () => frame(34, `{"value":${list('{}', 9_900)}}`, '{"__proto__":0}'),
};
