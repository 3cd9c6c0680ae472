import { CallError, type TraceContext } from '@callsheet/protocol';

const KEY = 'callsheet';
/** Gateways one call may go through. */
const MOST_HOPS = 4;
/** What `_meta` has room for; W3C Trace Context section 3.3.1.5 wants 512 to be kept. */
const LONGEST_STATE = 512;
const LONGEST_LIST = 32;

/**
 * The trace state a call travels on with: this gateway's mark is added to those of the gateways it came through, as the newest
 * member of the list (W3C Trace Context section 3.5). The marks are what ends a ring of gateways that are each other's
 * upstreams.
 *
 * @param mark of this gateway process: 4 to 16 of a-z 0-9, random.
 * @throws CallError UPSTREAM_ERROR, not sent, when the call came through here before or through too many.
 */
export function stateWithMark({ tracestate = '' }: TraceContext, mark: string): string {
  const members = tracestate
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  const own = members.find((member) => member.startsWith(`${KEY}=`));
  const marks = own === undefined ? [] : own.slice(KEY.length + 1).split('.');
  if (marks.includes(mark)) throw refused('it came from this gateway: these gateways are upstreams of each other');
  if (marks.length >= MOST_HOPS) throw refused(`it went through ${marks.length} gateways already`);
  const others = members.filter((member) => member !== own).slice(0, LONGEST_LIST - 1);
  const state = [`${KEY}=${[...marks, mark].join('.')}`];
  let length = state[0]?.length ?? 0;
  for (const member of others) {
    length += 1 + member.length;
    if (length > LONGEST_STATE) break;
    state.push(member);
  }
  return state.join(',');
}

function refused(why: string): CallError {
  return new CallError('UPSTREAM_ERROR', `Cannot send the call on to another gateway: ${why}`, {
    retryable: true,
    maybeExecuted: false,
  });
}
