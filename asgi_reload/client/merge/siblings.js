/**
 * The children of pairs, parents first: what is paired already stands firm, and between that equal siblings are paired,
 * then alike ones.
 */

import { isPlainlySame } from "./descent.js";
import { mayPair } from "./kinship.js";
import { Likeness } from "./likeness.js";
import { heaviestPairs, heaviestRun, pairsInTurn } from "./sequences.js";

/** @typedef {import("./descent.js").Gap} Gap */
/** @typedef {import("./forest.js").Forest} Forest */
/** @typedef {import("./forest.js").Side} Side */
/** @typedef {import("./match.js").Match} Match */

/** Every combination of siblings is compared by likeness up to here. */
const COMBINATIONS = 2_500;
/** What an equal sibling of white space weighs beside one that holds something. */
const BLANK = 0.01;

export class Siblings {
  #likeness = new Likeness();

  /** @param {Match} match @param {Forest} forest */
  constructor(match, forest) {
    this.match = match;
    this.forest = forest;
  }

  /** All the way down. @param {Gap} gap */
  align({ old, fresh, base }) {
    const places = new Map(old.map((node, index) => [/** @type {Node} */ (node), index]));
    const anchors = fresh.flatMap((node, index) => {
      const place = places.get(this.match.baseOf(node) ?? node);
      return place === undefined ? [] : [/** @type {[number, number]} */ ([place, index])];
    });
    const run = heaviestRun(
      anchors.map(([place]) => place),
      anchors.map(([, index]) => 1 + this.forest.next.leaf(/** @type {Node} */ (fresh[index])).size),
    );
    this.#between(old, fresh, anchors.filter((_, index) => run.has(index)), (left, right) => this.#fill(left, right));

    for (const node of fresh) {
      this.#alignBelow(node);
    }
  }

  /** @param {Node} next */
  #alignBelow(next) {
    const base = this.match.baseOf(next);
    const fresh = [...next.childNodes];

    if (!base) {
      fresh.forEach((child) => this.#alignBelow(child));
    } else if (!this.match.isEqual(next)) {
      this.align({ base, next, old: [...base.childNodes], fresh });
    }
  }

  /**
   * @param {Node[]} old @param {Node[]} fresh @param {[number, number][]} anchors
   * @param {(old: Node[], fresh: Node[]) => void} fill is given what lies between two anchors and is not paired
   */
  #between(old, fresh, anchors, fill) {
    let [row, column] = [0, 0];

    for (const [place, index] of [...anchors, [old.length, fresh.length]]) {
      const left = old.slice(row, place).filter((node) => this.forest.base.open.has(node));
      const right = fresh.slice(column, index).filter((node) => this.forest.next.open.has(node));

      if (left.length > 0 && right.length > 0) {
        fill(left, right);
      }

      row = /** @type {number} */ (place) + 1;
      column = /** @type {number} */ (index) + 1;
    }
  }

  /** Equal siblings first, then alike ones. @param {Node[]} old @param {Node[]} fresh */
  #fill(old, fresh) {
    const { base, next } = this.forest;
    const keys = (/** @type {Side} */ side, /** @type {Node[]} */ list) => list.map((node) => side.leaf(node).key);
    const equal = (/** @type {Node} */ left, /** @type {Node} */ right) =>
      base.leaf(left).key === next.leaf(right).key ? BLANK + base.leaf(left).size : 0;
    const pairs = heaviestPairs(old, fresh, equal) ?? pairsInTurn(keys(base, old), keys(next, fresh));

    for (const [left, right] of pairs) {
      this.forest.pairEqual(this.match, /** @type {Node} */ (old[left]), /** @type {Node} */ (fresh[right]));
    }

    this.#between(old, fresh, pairs, (left, right) => this.#fillAlike(left, right));
  }

  /** @param {Node[]} old @param {Node[]} fresh */
  #fillAlike(old, fresh) {
    const { base, next } = this.forest;
    const shallow = (/** @type {Side} */ side, /** @type {Node[]} */ list) =>
      list.map((node) => side.leaf(node).shallow);
    const [only, other] = old.length + fresh.length === 2 ? [old[0], fresh[0]] : [];

    if (only && other && isPlainlySame(only, other)) {
      this.forest.pair(this.match, only, other);
      return;
    }

    const pairs =
      old.length * fresh.length <= COMBINATIONS
        ? heaviestPairs(old, fresh, (left, right) => this.#likeness.weight(left, right))
        : pairsInTurn(shallow(base, old), shallow(next, fresh));

    for (const [left, right] of pairs ?? []) {
      const [node, other] = [/** @type {Node} */ (old[left]), /** @type {Node} */ (fresh[right])];

      if (mayPair(node, other)) {
        this.forest.pair(this.match, node, other);
      }
    }
  }
}
