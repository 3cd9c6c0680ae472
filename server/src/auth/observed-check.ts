import { CallError, type CredentialObservation, type ErrorName } from '@callsheet/protocol';
import { credentialShown } from '../channels.ts';
import type { Clock } from '../clock.ts';
import type { Identity } from './identity.ts';

type Checked = Identity | undefined | Promise<Identity | undefined>;

/** Why a credential was refused, as far as it is counted. The check says it while it looks; who asked is told nothing of it. */
export interface Refusal {
  reason: Extract<CredentialObservation['outcome'], 'bad' | 'expired' | 'replay'>;
}

/** The same check, told to those who listen: how it ended and how long it took. */
export function observedCheck<Args extends readonly unknown[], Answer extends Checked>(
  scheme: CredentialObservation['scheme'],
  clock: Pick<Clock, 'monotonic'>,
  check: (...shown: Args) => Answer,
  refusal: Refusal = { reason: 'bad' },
): (...shown: Args) => Answer {
  return (...shown) => {
    if (!credentialShown.hasSubscribers) return check(...shown);
    const began = clock.monotonic();
    const tell = (outcome: CredentialObservation['outcome']): void =>
      credentialShown.publish({ scheme, outcome, durationMs: clock.monotonic() - began });
    refusal.reason = 'bad';
    let checked: Answer;
    try {
      checked = check(...shown);
    } catch (error) {
      tell('limited');
      throw error;
    }
    if (!(checked instanceof Promise)) tell(checked === undefined ? refusal.reason : 'ok');
    else {
      void checked.then(
        (found) => tell(found === undefined ? refusal.reason : 'ok'),
        // Whoever waits for it hears of it; here nobody else may.
        () => tell('limited'),
      );
    }
    return checked;
  };
}

/** A client certificate that stands for somebody: it was checked with the connection, before anybody could measure that. */
export function certificateShown(): void {
  if (credentialShown.hasSubscribers) credentialShown.publish({ scheme: 'certificate', outcome: 'ok', durationMs: 0 });
}

/** The password was not looked at. */
const NOT_TRIED: ReadonlySet<ErrorName> = new Set(['RATE_LIMITED', 'TOO_MANY_IN_FLIGHT', 'OVERLOADED']);

/** A login with a password, told like any other check. */
export function observedLogin<Request, Answer>(
  clock: Pick<Clock, 'monotonic'>,
  login: (request: Request) => Promise<Answer>,
): (request: Request) => Promise<Answer> {
  return async (request) => {
    if (!credentialShown.hasSubscribers) return login(request);
    const began = clock.monotonic();
    const tell = (outcome: CredentialObservation['outcome']): void =>
      credentialShown.publish({ scheme: 'password', outcome, durationMs: clock.monotonic() - began });
    try {
      const answer = await login(request);
      tell('ok');
      return answer;
    } catch (error) {
      tell(CallError.is(error) && NOT_TRIED.has(error.errorName) ? 'limited' : 'bad');
      throw error;
    }
  };
}
