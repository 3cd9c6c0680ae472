/**
 * Cuts a list into `count` consecutive groups of about equal weight, none empty; fewer groups when there are fewer items.
 * Each cut falls where the running weight comes nearest to its share.
 */
export function partition<T>(items: readonly T[], count: number, weightOf: (item: T) => number): T[][] {
  const groups = Math.max(1, Math.min(count, items.length));
  const weights = items.map((item) => weightOf(item));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const result: T[][] = [];
  let from = 0;
  let passed = 0;
  for (let group = 1; group <= groups; group += 1) {
    const share = (total * group) / groups;
    const last = items.length - (groups - group);
    let to = from + 1;
    passed += weights[from] ?? 0;
    while (to < last && (group === groups || nearer(passed, weights[to] ?? 0, share))) {
      passed += weights[to] ?? 0;
      to += 1;
    }
    result.push(items.slice(from, to));
    from = to;
  }
  return items.length === 0 ? [] : result;
}

function nearer(passed: number, next: number, share: number): boolean {
  return Math.abs(passed + next - share) < Math.abs(passed - share);
}
