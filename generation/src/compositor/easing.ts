/** How a camera move spends its time. Names are those of CSS; curves are sines, so speed never jumps inside a move. */
export type Easing = 'linear' | 'ease-in' | 'ease-out' | 'ease-in-out';

/** Progress of the move, 0 to 1, for a share of its time, 0 to 1. */
type Curve = (share: number) => number;

const CURVES: { readonly [name in Easing]: Curve } = {
  linear: (share) => share,
  'ease-in': (share) => 1 - Math.cos((share * Math.PI) / 2),
  'ease-out': (share) => Math.sin((share * Math.PI) / 2),
  'ease-in-out': (share) => (1 - Math.cos(share * Math.PI)) / 2,
};

export const EASINGS = Object.keys(CURVES) as readonly Easing[];

/** Applies an easing. A share outside 0 to 1 counts as the nearer end. */
export function ease(easing: Easing, share: number): number {
  return CURVES[easing](Math.min(Math.max(share, 0), 1));
}
