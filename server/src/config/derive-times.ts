import { type Given, origin } from './found.ts';
import { WORKERS } from './sections/workers.ts';

/** A value nobody gave, made to fit those that were. */
export interface Derived {
  readonly value: number;
  /** Where it comes from, in words for a person. */
  readonly origin: string;
  /** Says so at start. */
  readonly note: string;
}

type Name = 'heartbeat_ms' | 'suspect_after_ms' | 'dead_after_ms' | 'grace_ms' | 'ejection_ms' | 'longest_ejection_ms';

/**
 * heartbeat < suspect < dead, and a first ejection no longer than the longest: whoever sets one of such times means the
 * others to follow. Defaults stay where they fit; otherwise a worker is suspect after two missed heartbeats and dead after
 * three, as by default. What was given is never changed: when that does not fit together, it is a problem.
 */
export function deriveWorkerTimes(given: Given): ReadonlyMap<string, Derived> {
  const said = (name: Name): number | undefined => {
    const value = given.get(`workers.${name}`)?.value;
    return typeof value === 'number' ? value : undefined;
  };
  const usual = (name: Name): number => WORKERS[name].default;
  const dead = said('dead_after_ms');
  const suspect = said('suspect_after_ms');
  const heartbeat =
    said('heartbeat_ms') ??
    Math.floor(Math.min(usual('heartbeat_ms'), (suspect ?? Infinity) / 2, (dead ?? Infinity) / 3));
  const suspectAfter = suspect ?? suspicion(heartbeat, dead ?? Infinity, usual('suspect_after_ms'));
  const deadAfter = dead ?? Math.max(usual('dead_after_ms'), suspectAfter + heartbeat);
  const times: Readonly<Record<Name, number>> = {
    heartbeat_ms: heartbeat,
    suspect_after_ms: suspectAfter,
    dead_after_ms: deadAfter,
    grace_ms: said('grace_ms') ?? Math.min(usual('grace_ms'), deadAfter),
    ejection_ms: said('ejection_ms') ?? Math.min(usual('ejection_ms'), said('longest_ejection_ms') ?? Infinity),
    longest_ejection_ms:
      said('longest_ejection_ms') ?? Math.max(usual('longest_ejection_ms'), said('ejection_ms') ?? 0),
  };
  const derived = Object.entries(times).filter(([name, value]) => {
    const { min, max, default: byDefault } = WORKERS[name as Name];
    return said(name as Name) === undefined && value !== byDefault && value >= min && value <= max;
  });
  return new Map(derived.map(([name, value]) => [`workers.${name}`, told(name as Name, value, given)]));
}

/** Two missed heartbeats, or halfway to death when that is nearer. */
function suspicion(heartbeat: number, dead: number, usual: number): number {
  const twoMissed = Math.max(usual, 2 * heartbeat);
  return twoMissed < dead ? twoMissed : Math.floor((heartbeat + dead) / 2);
}

const CAUSES: Readonly<Record<Name, readonly Name[]>> = {
  heartbeat_ms: ['suspect_after_ms', 'dead_after_ms'],
  suspect_after_ms: ['heartbeat_ms', 'dead_after_ms'],
  dead_after_ms: ['suspect_after_ms', 'heartbeat_ms'],
  grace_ms: ['dead_after_ms', 'suspect_after_ms', 'heartbeat_ms'],
  ejection_ms: ['longest_ejection_ms'],
  longest_ejection_ms: ['ejection_ms'],
};

function told(name: Name, value: number, given: Given): Derived {
  const causes = CAUSES[name].map((cause) => `workers.${cause}`).filter((path) => given.has(path));
  const from = causes.join(' and ');
  const [first = ''] = causes;
  const found = given.get(first);
  const source = found === undefined ? 'default' : origin(found);
  return {
    value,
    origin: `derived from ${from}`,
    note: `${source}: workers.${name} follows ${from} and is ${value}; set it when you mean another`,
  };
}
