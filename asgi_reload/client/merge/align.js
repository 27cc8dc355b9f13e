/**
 * Two server outputs, and which node of one goes on as which node of the other. Pure: reads two inert documents. That
 * the merged page equals a fresh load does not depend on what is found here; how much state survives does.
 */

import { descend } from "./descent.js";
import { Forest } from "./forest.js";
import { haveSameAttributes, isRoot, mayMove } from "./kinship.js";
import { Match } from "./match.js";
import { isElement } from "./pairs.js";
import { Siblings } from "./siblings.js";

/** @typedef {import("./descent.js").Gap} Gap */
/** @typedef {import("./forest.js").Side} Side */

/**
 * @param {Document} base @param {Document} next both tidied
 * @returns {Match}
 */
export function align(base, next) {
  const match = new Match();
  /** @type {Gap[]} */
  const gaps = [];
  descend(base, next, match, gaps);

  if (gaps.length > 0) {
    new Alignment(match, gaps).run();
  }

  return match;
}

class Alignment {
  /** @param {Match} match @param {Gap[]} gaps */
  constructor(match, gaps) {
    this.match = match;
    this.gaps = gaps;
    this.forest = new Forest(
      gaps.flatMap((gap) => gap.old),
      gaps.flatMap((gap) => gap.fresh),
    );
  }

  run() {
    this.#pairUnique();
    this.#pairIds();
    this.#vote(true);
    this.#vote(false);
    this.#pairFaces();

    const siblings = new Siblings(this.match, this.forest);

    for (const gap of this.gaps) {
      siblings.align(gap);
    }

    this.#emptyNewRoots();
  }

  /** A shadow root comes with its host, all at once: nothing of the page goes into a new one. */
  #emptyNewRoots() {
    const part = (/** @type {Node} */ node) => {
      this.match.part(node);
      node.childNodes.forEach(part);
    };

    for (const node of this.forest.next.open) {
      if (isRoot(node)) {
        node.childNodes.forEach(part);
      }
    }
  }

  /** Subtrees that occur once on either side, wherever they are: wrapped, unwrapped, moved to another parent. */
  #pairUnique() {
    const { base, next } = this.forest;
    const [old, fresh] = [base.unique("key"), next.unique("key")];

    const claim = (/** @type {Node} */ node) => {
      const { key, size } = next.leaf(node);
      const twin = fresh.get(key) ? old.get(key) : null;

      if (twin && size > 0 && this.#mayJoin(twin, node)) {
        this.forest.pairEqual(this.match, twin, node);
      } else {
        node.childNodes.forEach(claim);
      }
    };

    next.roots.forEach(claim);
  }

  /**
   * May they be paired wherever they are? A shadow root takes its host along.
   * @param {Node} base @param {Node} next
   */
  #mayJoin(base, next) {
    if (!isRoot(base) || !isRoot(next)) {
      return mayMove(base, next);
    }

    const [host, other] = [/** @type {Node} */ (base.parentNode), /** @type {Node} */ (next.parentNode)];
    const areFree = this.forest.base.open.has(host) && this.forest.next.open.has(other) && mayMove(host, other);

    if (areFree) {
      this.forest.pair(this.match, host, other);
    }

    return areFree || this.match.baseOf(other) === host;
  }

  #pairIds() {
    /** @type {Map<string, Element>} */
    const byId = new Map();

    for (const node of this.forest.base.open) {
      if (isElement(node) && node.id) {
        byId.set(node.id, node);
      }
    }

    for (const node of this.forest.next.open) {
      const twin = isElement(node) && byId.get(node.id);

      if (twin && this.forest.base.open.has(twin) && mayMove(twin, node)) {
        this.forest.pair(this.match, twin, node);
      }
    }
  }

  /**
   * A container goes on as the one that most of its children come from. Strict first, or a wrapper would take the
   * identity of what it wraps.
   * @param {boolean} isStrict
   */
  #vote(isStrict) {
    for (const node of this.forest.next.open) {
      const container = isElement(node) && this.#elect(node, this.forest.next, (child) => this.match.baseOf(child));

      if (
        container &&
        this.forest.base.open.has(container) &&
        (!isStrict || haveSameAttributes(/** @type {Element} */ (container), /** @type {Element} */ (node))) &&
        this.#elect(container, this.forest.base, (child) => this.match.nextOf(child)) === node &&
        this.#mayJoin(container, node)
      ) {
        this.forest.pair(this.match, container, node);
      }
    }
  }

  /**
   * The parent, on the other side, of the larger part of a node's children.
   * @param {Node} node @param {Side} side the node's own @param {(child: Node) => Node | undefined} other
   */
  #elect(node, side, other) {
    /** @type {Map<Node, number>} */
    const votes = new Map();
    let winner = null;
    let most = 0;

    for (let child = node.firstChild; child; child = child.nextSibling) {
      const parent = other(child)?.parentNode;

      if (parent) {
        const count = (votes.get(parent) ?? 0) + side.leaf(child).size;
        votes.set(parent, count);

        if (count > most) {
          winner = parent;
          most = count;
        }
      }
    }

    return winner;
  }

  /** What is left, where name and attributes occur once on either side. */
  #pairFaces() {
    const hasFace = (/** @type {Node} */ node) => isElement(node) && node.attributes.length > 0;
    const old = this.forest.base.unique("shallow", hasFace);

    for (const [shallow, node] of this.forest.next.unique("shallow", hasFace)) {
      const twin = node && old.get(shallow);

      if (twin && mayMove(twin, node)) {
        this.forest.pair(this.match, twin, node);
      }
    }
  }
}
