/** First come, first served, in two ranks: whoever is of the first goes before everybody of the second. */
export class TwoRanks<Member> {
  readonly #first = new Set<Member>();
  readonly #second = new Set<Member>();

  get size(): number {
    return this.#first.size + this.#second.size;
  }

  /** Who would be served after all others. Costs a walk over its rank. */
  get last(): Member | undefined {
    return [...(this.#second.size > 0 ? this.#second : this.#first)].at(-1);
  }

  add(member: Member, first: boolean): void {
    (first ? this.#first : this.#second).add(member);
  }

  /** False when it is not there. */
  delete(member: Member): boolean {
    return this.#first.delete(member) || this.#second.delete(member);
  }

  /** The next that fits. */
  find(fits: (member: Member) => boolean): Member | undefined {
    for (const member of this.#first) if (fits(member)) return member;
    for (const member of this.#second) if (fits(member)) return member;
    return undefined;
  }
}
