/**
 * Which node of the base goes on as which node of the new document. Of equal subtrees only the roots are held.
 */

export class Match {
  /** @type {Map<Node, Node>} */
  #next = new Map();
  /** @type {Map<Node, Node>} */
  #base = new Map();
  /** @type {Set<Node>} */
  #equal = new Set();

  /** @param {Node} base @param {Node} next */
  pair(base, next) {
    this.#next.set(base, next);
    this.#base.set(next, base);
  }

  /** Pair two whole subtrees that do not differ. @param {Node} base @param {Node} next */
  pairEqual(base, next) {
    this.pair(base, next);
    this.#equal.add(next);
  }

  /** @param {Node} next */
  part(next) {
    const base = this.#base.get(next);

    if (base) {
      this.#base.delete(next);
      this.#next.delete(base);
      this.#equal.delete(next);
    }
  }

  /** @param {Node} base */
  nextOf(base) {
    return this.#next.get(base);
  }

  /** @param {Node} next */
  baseOf(next) {
    return this.#base.get(next);
  }

  /** @param {Node} next */
  isEqual(next) {
    return this.#equal.has(next);
  }

  /** All pairs, base first. */
  pairs() {
    return this.#next.entries();
  }
}
