import type { Catalog } from './catalog.ts';
import type { Engine, EngineParts } from './engine.ts';
import { lostError, type PendingCall } from './pending-call.ts';

/** Lost calls whose tool nobody looked up before the loss: looks, then sends them again or gives them up. */
export function undecidedCalls(
  engine: () => Engine,
  catalog: Catalog,
): Required<Pick<EngineParts, 'isIdempotent' | 'undecided' | 'decide'>> {
  const calls = new Set<PendingCall>();
  let deciding = false;

  const decide = (): void => {
    deciding = false;
    for (const call of calls) {
      calls.delete(call);
      call.undecided = false;
      if (catalog.isIdempotent(call.call.tool ?? '') !== true) engine().giveUp(call, lostError(call));
    }
    engine().pump();
  };

  return {
    isIdempotent: (tool) => catalog.isIdempotent(tool),
    undecided: (call) => calls.add(call),
    decide() {
      if (deciding || calls.size === 0 || !engine().lines.isOnline()) return;
      deciding = true;
      catalog.load().then(decide, decide);
    },
  };
}
