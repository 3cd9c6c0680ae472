import { Roster } from './roster.ts';
import type { Candidate } from './strategy.ts';
import { weightOf } from './weight.ts';

/** More buckets divide keys more evenly: 4,096 over ten workers within 5 %. A power of two. */
const BUCKETS = 4_096;
/** How many of a bucket's order are remembered. */
const DEPTH = 8;
/** When more workers than this come and go at once, filling the buckets anew is cheaper than mending them. */
const MENDABLE = 8;

interface Seat {
  readonly candidate: Candidate;
  adoption: number;
  readonly hash: number;
}

interface Bucket {
  readonly order: Candidate[];
  readonly scores: number[];
}

/**
 * Which workers a key prefers, in order: weighted rendezvous hashing (Thaler and Ravishankar 1998; weights by Schindelhauer
 * and Schomaker 2005). The same for every gateway and after every restart. When one of n workers comes or goes, one
 * key in n moves. Keys fall into buckets whose order is computed at the first use and mended at every change, so that
 * asking costs the same for three workers as for five hundred.
 */
export class Rendezvous {
  readonly #roster = new Roster<Seat>((candidate) => ({ candidate, adoption: 0, hash: hashOf(candidate.id) }));
  readonly #buckets = new Map<number, Bucket>();

  adopt(available: readonly Candidate[]): void {
    const before = this.#roster.members;
    const joined: Seat[] = [];
    this.#roster.adopt(available, (seat) => joined.push(seat));
    const left = before.filter((seat) => !this.#roster.has(seat));
    if (joined.length + left.length > MENDABLE) this.#buckets.clear();
    for (const [number, bucket] of this.#buckets) this.#mend(number, bucket, joined, left);
  }

  /** The first of the key's order, at most eight. */
  order(key: string): readonly Candidate[] {
    const number = hashOf(key) & (BUCKETS - 1);
    let bucket = this.#buckets.get(number);
    if (bucket === undefined) {
      bucket = { order: [], scores: [] };
      for (const seat of this.#roster.members) seatIn(bucket, seat, number);
      this.#buckets.set(number, bucket);
    }
    return bucket.order;
  }

  #mend(number: number, bucket: Bucket, joined: readonly Seat[], left: readonly Seat[]): void {
    for (const { candidate } of left) {
      const place = bucket.order.indexOf(candidate);
      if (place < 0) continue;
      // Whoever was ninth is not known any more, so nothing may be seated behind the last that is.
      bucket.order.splice(place, 1);
      bucket.scores.splice(place, 1);
    }
    const known = bucket.order.length;
    const others = this.#roster.members.length - joined.length - known;
    if (others > 0 && known < DEPTH / 2) this.#buckets.delete(number);
    else for (const seat of joined) seatIn(bucket, seat, number, others > 0);
  }
}

/** `behind`: others were left out, so that a place behind the last one known is not its own. */
function seatIn({ order, scores }: Bucket, seat: Seat, number: number, behind = false): void {
  const score = scoreOf(seat, number);
  let place = scores.length;
  while (place > 0 && score < (scores[place - 1] ?? 0)) place--;
  if (place >= DEPTH || (behind && place === scores.length)) return;
  order.splice(place, 0, seat.candidate);
  scores.splice(place, 0, score);
  if (order.length <= DEPTH) return;
  order.pop();
  scores.pop();
}

/** Exponentially distributed with the weight as its rate: the smallest of all wins with the probability of its weight. */
function scoreOf({ candidate, hash }: Seat, number: number): number {
  const uniform = (mix(hash ^ Math.imul(number + 1, 0x9e3779b1)) + 0.5) / 2 ** 32;
  return -Math.log(uniform) / weightOf(candidate);
}

/** FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3, which spreads what FNV leaves in the low bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
