/**
 * An option that is a number, checked at the door.
 *
 * @throws RangeError that names the option, the value and what is allowed
 */
export function within(option: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new RangeError(`Cannot use "${value}" as ${option}: give a number from ${least} to ${most}`);
}
