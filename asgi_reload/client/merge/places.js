/**
 * Where in the page a node of the base belongs: read off the base, which is the new document, and the neighbours that
 * are here already. What the page has put between them stays beside its left neighbour.
 */

import { move } from "./moving.js";
import { inside, isCharacterData } from "./pairs.js";
import { pieces } from "./texts.js";

/** @typedef {import("./pairs.js").Pairs} Pairs */

export class Places {
  /** @param {Pairs} pairs @param {Node[]} pending base nodes that have not come to their place yet */
  constructor(pairs, pending) {
    this.pairs = pairs;
    this.pending = new Set(pending);
  }

  /** @param {Node} node @param {Node} live to where the base has it */
  put(node, live) {
    const home = this.pairs.live(/** @type {Node} */ (node.parentNode));
    const box = home && inside(home);

    if (!box || live.contains(box)) {
      return;
    }

    const before = this.#after(node, box, live);

    if (live.parentNode !== box || (live !== before && live.nextSibling !== before)) {
      move(box, live, before);
    }
  }

  /**
   * The live node before which a base node belongs: behind its nearest left neighbour that is here, else before the
   * nearest right one.
   * @param {Node} node @param {Node} box @param {Node} live
   */
  #after(node, box, live) {
    for (let left = node.previousSibling; left; left = left.previousSibling) {
      const end = this.pending.has(left) ? null : this.#childOf(box, this.#endOf(left));

      if (end && end !== live) {
        return end.nextSibling;
      }
    }

    for (let right = node.nextSibling; right; right = right.nextSibling) {
      const start = this.pending.has(right) ? null : this.#childOf(box, this.pairs.live(right));

      if (start && start !== live) {
        return start;
      }
    }

    return box.firstChild;
  }

  /** The last live node of a base node: of a text, its last piece. @param {Node} node */
  #endOf(node) {
    const live = this.pairs.live(node);
    return live && isCharacterData(node) ? pieces(live, node.data, this.pairs).at(-1) : live;
  }

  /** The child of a box that is, or holds, a live node. @param {Node} box @param {Node | undefined} live */
  #childOf(box, live) {
    let node = live ?? null;

    while (node && node.parentNode !== box) {
      node = node.parentNode;
    }

    return node;
  }
}
