/** True when the path of a request target is one of these paths or lies below one. A target that is no path is nowhere. */
export function isBelow(target: string | undefined, paths: readonly string[]): boolean {
  const path = target?.split('?', 1)[0] ?? '';
  return paths.some((parent) => path === parent || path.startsWith(`${parent}/`));
}
