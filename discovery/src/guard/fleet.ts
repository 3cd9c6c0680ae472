import type { Standing } from './guard.ts';

/** Half of a fleet, unless said otherwise. */
export interface FleetRules {
  readonly mostOut: number;
  readonly panicAt: number;
}

interface Place {
  standing: Standing;
  /** Index in the list of all. */
  all: number;
  /** Index in the list of those that may be picked; −1 when it is not in it. */
  pickable: number;
}

/** Thirds and tenths are not exact in binary. */
const TINY = 1e-9;

/**
 * Workers who can stand in for each other, and who of them may be picked. Both lists are kept up to date at every change,
 * so that a pick walks over nobody. One fleet holds all workers of a pool; whoever picks for one tool keeps one more of
 * the workers that serve it, because a tool can be in a panic while the whole is not.
 */
export class Fleet<Member> {
  readonly #rules: FleetRules;
  readonly #onChange: ((available: readonly Member[]) => void) | undefined;
  readonly #places = new Map<Member, Place>();
  readonly #all: Member[] = [];
  readonly #pickable: Member[] = [];
  #out = 0;

  /** @param onChange hears of every change of `available()`, a panic that begins or ends among them */
  constructor(rules: FleetRules, onChange?: (available: readonly Member[]) => void) {
    this.#rules = rules;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#all.length;
  }

  /** Those on trial are still out: nothing is proven yet. */
  get out(): number {
    return this.#out;
  }

  /** Too many are out for all of them to be at fault (Envoy calls it the panic threshold). */
  get panic(): boolean {
    return this.#out > 0 && this.#out + TINY >= this.#rules.panicAt * this.#all.length;
  }

  /** Whether one more may be put out. A single worker never is. */
  get hasRoom(): boolean {
    return this.#out + 1 <= this.#rules.mostOut * this.#all.length + TINY;
  }

  /** Who may be picked: in a panic everybody. Never empty unless the fleet is. A live list: read it, do not keep it. */
  available(): readonly Member[] {
    return this.panic ? this.#all : this.#pickable;
  }

  add(member: Member, standing: Standing = 'in'): void {
    if (this.#places.has(member)) {
      this.stand(member, standing);
      return;
    }
    const place: Place = { standing, all: this.#all.push(member) - 1, pickable: -1 };
    this.#places.set(member, place);
    if (standing !== 'in') this.#out++;
    if (standing !== 'out') this.#show(member, place);
    this.#onChange?.(this.available());
  }

  /** Writes down where a member stands now. One the fleet does not know is ignored: it has left meanwhile. */
  stand(member: Member, standing: Standing): void {
    const place = this.#places.get(member);
    if (place === undefined || place.standing === standing) return;
    const panicBefore = this.panic;
    const shownBefore = place.pickable >= 0;
    if ((place.standing === 'in') !== (standing === 'in')) this.#out += standing === 'in' ? -1 : 1;
    place.standing = standing;
    if (standing === 'out') this.#hide(place);
    else if (!shownBefore) this.#show(member, place);
    const changed = panicBefore !== this.panic || (!this.panic && shownBefore !== place.pickable >= 0);
    if (changed) this.#onChange?.(this.available());
  }

  remove(member: Member): void {
    const place = this.#places.get(member);
    if (place === undefined) return;
    this.#hide(place);
    this.#places.delete(member);
    if (place.standing !== 'in') this.#out--;
    const last = this.#all.pop();
    if (last !== undefined && last !== member) {
      this.#all[place.all] = last;
      this.#placeOf(last).all = place.all;
    }
    this.#onChange?.(this.available());
  }

  #show(member: Member, place: Place): void {
    place.pickable = this.#pickable.push(member) - 1;
  }

  /** The last one moves into the gap. */
  #hide(place: Place): void {
    if (place.pickable < 0) return;
    const last = this.#pickable.pop();
    if (last !== undefined && this.#pickable.length > place.pickable) {
      this.#pickable[place.pickable] = last;
      this.#placeOf(last).pickable = place.pickable;
    }
    place.pickable = -1;
  }

  #placeOf(member: Member): Place {
    const place = this.#places.get(member);
    if (place === undefined) throw new Error('Cannot find a listed member in its own fleet; report this with its log');
    return place;
  }
}
