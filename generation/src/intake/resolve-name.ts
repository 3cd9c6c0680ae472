import { Resolver } from 'node:dns/promises';

/** Two questions to a name server, for either kind of address. */
export type NameServer = Pick<Resolver, 'resolve4' | 'resolve6'>;

/**
 * Answers every address of a host name by asking the name servers, without the machine's own list of hosts and its search
 * domains: those hold names inside. The system's own lookup also blocks one of four threads that all files are read on, so
 * that a few names whose servers never answer would stop everything else.
 *
 * Rejects with the name service's error when neither question is answered.
 */
export async function resolveName(hostname: string, server: NameServer = nameServer()): Promise<string[]> {
  const answers = await Promise.allSettled([server.resolve4(hostname), server.resolve6(hostname)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length > 0) return addresses;
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  // «No such name» is an answer; a question that went unanswered may be asked again.
  throw failures.find((failure: unknown) => isUnanswered(failure)) ?? failures[0];
}

const UNANSWERED: readonly unknown[] = ['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL', 'ECONNREFUSED', 'EREFUSED'];

/** True for a failure of the name service itself, which may pass. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNANSWERED.includes(error.code);
}

/** New for each name: the servers change with the network. */
function nameServer(): NameServer {
  return new Resolver({ timeout: 5000, tries: 2 });
}
