/** Something that knows its place in a heap. */
export interface HeapItem {
  /** The heap keeps it. */
  place: number;
}

/** A binary heap whose items can move when their order changes: O(log n) to move one, O(n) to fill. */
export class IndexedHeap<Item extends HeapItem> {
  #items: Item[] = [];
  readonly #before: (a: Item, b: Item) => boolean;

  constructor(before: (a: Item, b: Item) => boolean) {
    this.#before = before;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  /** The first of all but the first. */
  get second(): Item | undefined {
    const left = this.#items[1];
    const right = this.#items[2];
    if (left === undefined || right === undefined) return left;
    return this.#before(right, left) ? right : left;
  }

  fill(items: readonly Item[]): void {
    this.#items = [...items];
    for (const [place, item] of this.#items.entries()) item.place = place;
    for (let place = (this.#items.length >> 1) - 1; place >= 0; place--) {
      const item = this.#items[place];
      if (item !== undefined) this.#sink(item);
    }
  }

  /** Puts an item of this heap where it belongs after its order changed. */
  moved(item: Item): void {
    if (!this.#rise(item)) this.#sink(item);
  }

  #rise(item: Item): boolean {
    const from = item.place;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || !this.#before(item, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(item, place);
    return place !== from;
  }

  #sink(item: Item): void {
    const items = this.#items;
    let place = item.place;
    for (;;) {
      let below = 2 * place + 1;
      let child = items[below];
      if (child === undefined) break;
      const right = items[below + 1];
      if (right !== undefined && this.#before(right, child)) {
        child = right;
        below += 1;
      }
      if (!this.#before(child, item)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(item, place);
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
