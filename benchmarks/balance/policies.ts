import { callsheet } from './callsheet-gateway.ts';
import type { OpenGateway } from './gateway.ts';
import { OpossumGateway } from './opossum-gateway.ts';
import { SLOTS } from './worker.ts';

/** One way to choose workers and to go on when one fails. */
export interface Policy {
  readonly name: string;
  readonly open: OpenGateway;
  /** It knows no clock but the real one, and has to be lent the simulated. */
  readonly readsRealClock: boolean;
}

/** More than any worker ever has: the gateway bounds nothing. */
const UNBOUNDED = 10_000;

/** A strategy on its own: nobody is ever put out, nothing is sent twice, nothing waits in the gateway. */
function alone(name: string, strategy: string): Policy {
  const options = { strategy, guard: { mostOut: 0 }, retry: false, hedge: false } as const;
  return { name, open: callsheet(options, UNBOUNDED), readsRealClock: false };
}

function whole(name: string, options: Parameters<typeof callsheet>[0]): Policy {
  return { name, open: callsheet(options, SLOTS), readsRealClock: false };
}

export const ROUND_ROBIN = alone('round robin', 'round-robin');
export const LEAST_CONNECTIONS = alone('least connections', 'least-connections');
export const P2C = alone('power of two', 'p2c');
export const TEXTBOOK: Policy = {
  name: 'round robin + opossum',
  open: (surroundings) => new OpossumGateway(surroundings),
  readsRealClock: true,
};
export const ADAPTIVE = alone('adaptive alone', 'adaptive');
/** What a gateway does that was told nothing. */
export const OURS = whole('Callsheet', {});
export const HEDGED = whole('Callsheet + hedge', { hedge: {} });
export const AFFINE = whole('Callsheet, affinity', { strategy: 'affinity' });

export const EVERY: readonly Policy[] = [ROUND_ROBIN, LEAST_CONNECTIONS, P2C, TEXTBOOK, ADAPTIVE, OURS, HEDGED];
export const FOR_KEYS: readonly Policy[] = [ROUND_ROBIN, LEAST_CONNECTIONS, OURS, AFFINE];
