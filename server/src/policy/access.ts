/**
 * everyone: every role has the method unless it is denied · operator: for people who run the gateway · worker: for
 * processes that serve tools. The last two need a pattern that names the method.
 */
export type Access = 'everyone' | 'operator' | 'worker';

/** The access class of an action, undefined for one nobody described. */
export type AccessOf = (action: string) => Access | undefined;

/** Actions that are no rows of the method table. */
const BESIDE_METHODS: readonly (readonly [string, Access])[] = [
  ['assets/read', 'everyone'],
  ['assets/create', 'everyone'],
];

/** Reads the classes from the rows of the method table; a row that says nothing is for everyone. */
export function accessFrom(
  rows: Readonly<Record<string, { readonly summary: string; readonly access?: Access }>>,
): AccessOf {
  const classes = new Map<string, Access>(BESIDE_METHODS);
  for (const [method, { access = 'everyone' }] of Object.entries(rows)) classes.set(method, access);
  return (action) => classes.get(action);
}
