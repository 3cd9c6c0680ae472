const DAMPING = 0.85;
const ROUNDS = 20;

interface Edge {
  readonly to: number;
  readonly weight: number;
}

/**
 * TextRank (Mihalcea and Tarau, 2004): a sentence matters when it shares words with sentences that matter. Answers one
 * score per sentence with mean about 1. The work is the square of the number of sentences: preselect before calling.
 */
export function textRank(sentences: readonly ReadonlySet<string>[]): number[] {
  const edges = likeness(sentences);
  const sums = edges.map((row) => row.reduce((sum, { weight }) => sum + weight, 0));
  let scores = sentences.map(() => 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const shares = scores.map((score, at) => score / (sums[at] || 1));
    scores = edges.map((row) => {
      const inflow = row.reduce((sum, { to, weight }) => sum + weight * (shares[to] ?? 0), 0);
      return 1 - DAMPING + DAMPING * inflow;
    });
  }
  return scores;
}

/** Who is like whom, and how much; each pair is compared once. */
function likeness(sentences: readonly ReadonlySet<string>[]): Edge[][] {
  const edges: Edge[][] = sentences.map(() => []);
  sentences.forEach((one, from) => {
    for (const [to, other] of sentences.slice(0, from).entries()) {
      const weight = similarity(one, other);
      if (weight === 0) continue;
      edges[from]?.push({ to, weight });
      edges[to]?.push({ to: from, weight });
    }
  });
  return edges;
}

/**
 * Shared words over the logarithms of both lengths, as in the paper; the +1 keeps one-word sentences finite. Near copies
 * count as strangers: two of them would vote each other to the top.
 */
function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = overlap(one, other);
  const copies = common > 3 && common > 0.75 * Math.max(one.size, other.size);
  return common === 0 || copies ? 0 : common / (Math.log(one.size + 1) + Math.log(other.size + 1));
}

/** Shared words over all words, 0 to 1. */
export function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = overlap(one, other);
  return common === 0 ? 0 : common / (one.size + other.size - common);
}

/** How many words two sets share. */
export function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one];
  let common = 0;
  for (const word of small) if (large.has(word)) common += 1;
  return common;
}
