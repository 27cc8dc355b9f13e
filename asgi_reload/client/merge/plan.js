/**
 * From a match to what has to be done, in words of the base: pure until `commit`, which turns the base into the new
 * document. Live nodes are nobody's business here.
 */

import { setAttribute } from "./attributes.js";
import { isCharacterData, isElement } from "./pairs.js";
import { heaviestRun } from "./sequences.js";

/** @typedef {import("./match.js").Match} Match */
/** @typedef {import("./parse.js").Policy} Policy */
/** @typedef {{ node: Element, from: Attr | null, to: Attr | null }} AttributeChange */
/** @typedef {{ node: CharacterData, from: string, to: string }} TextChange */
/** @typedef {{ parent: Node, children: Node[] }} Arrangement the children that a node shall have, in order */

/**
 * A node that comes to another place. New ones come whole, unless a kept node goes inside.
 * @typedef {{ node: Node, parent: Node, kind: "insert" | "move", isWhole: boolean }} Placement
 */

/** What to do. Of new nodes and their parents it names those of the new document, which the base takes over. */
export class Plan {
  /** @type {AttributeChange[]} */
  attributes = [];
  /** @type {TextChange[]} */
  texts = [];
  /** Parents before children, left before right. @type {Placement[]} */
  placements = [];
  /** The topmost of what is gone. @type {Node[]} */
  removed = [];
  /** @type {Arrangement[]} */
  arrangements = [];

  get size() {
    return this.attributes.length + this.texts.length + this.placements.length + this.removed.length;
  }

  /**
   * Make the base equal to the new document, of which nothing is left to use.
   * @param {Policy | null} policy Trusted Types guard inert documents too
   */
  commit(policy) {
    for (const { node, from, to } of this.attributes) {
      if (to) {
        setAttribute(node, to, policy);
      } else if (from) {
        node.removeAttributeNS(from.namespaceURI, from.localName);
      }
    }

    for (const { node, to } of this.texts) {
      node.data = to;
    }

    for (const node of this.removed) {
      /** @type {ChildNode} */ (node).remove();
    }

    for (const { parent, children } of this.arrangements) {
      arrange(parent, children);
    }
  }
}

/** @param {Node} parent @param {Node[]} children */
function arrange(parent, children) {
  let place = parent.firstChild;

  for (const child of children) {
    if (child === place) {
      place = place.nextSibling;
    } else {
      parent.insertBefore(child, place);
    }
  }

  // What is left goes elsewhere, or stood in the new document where a kept node stands now.
  while (place) {
    const rest = place;
    place = place.nextSibling;
    rest.remove();
  }
}

/**
 * @param {Document} base @param {Document} next @param {Match} match
 * @param {(base: Node) => number} weigh what it costs a live node to be moved, above 0
 * @returns {Plan}
 */
export function plan(base, next, match, weigh) {
  return new Planner(match, weigh).run(base, next);
}

class Planner {
  #plan = new Plan();

  /** @param {Match} match @param {(base: Node) => number} weigh */
  constructor(match, weigh) {
    this.match = match;
    this.weigh = weigh;
  }

  /** @param {Document} base @param {Document} next */
  run(base, next) {
    this.#visit(base, next);
    return this.#plan;
  }

  /** @param {Node} base @param {Node} next a pair that differs */
  #visit(base, next) {
    if (isElement(base) && isElement(next)) {
      this.#compareAttributes(base, next);
    } else if (isCharacterData(base) && isCharacterData(next) && base.data !== next.data) {
      this.#plan.texts.push({ node: base, from: base.data, to: next.data });
    }

    const old = [...base.childNodes];
    const children = [...next.childNodes].map((child) => this.match.baseOf(child) ?? child);
    this.#plan.removed.push(...old.filter((child) => !this.match.nextOf(child)));

    if (children.length !== old.length || children.some((child, index) => child !== old[index])) {
      this.#plan.arrangements.push({ parent: base, children });
    }

    const staying = this.#staying(old, children);

    for (const child of next.childNodes) {
      this.#place(child, base, staying);
    }
  }

  /** @param {Element} base @param {Element} next */
  #compareAttributes(base, next) {
    for (const to of next.attributes) {
      const from = base.getAttributeNodeNS(to.namespaceURI, to.localName);

      if (from?.value !== to.value) {
        this.#plan.attributes.push({ node: base, from, to });
      }
    }

    for (const from of base.attributes) {
      if (!next.hasAttributeNS(from.namespaceURI, from.localName)) {
        this.#plan.attributes.push({ node: base, from, to: null });
      }
    }
  }

  /**
   * Of the children that stay with their parent, those that need not move.
   * @param {Node[]} old @param {Node[]} children
   */
  #staying(old, children) {
    const places = new Map(old.map((child, index) => [child, index]));
    const kept = children.filter((child) => places.has(child));
    const values = kept.map((child) => /** @type {number} */ (places.get(child)));
    const isInOrder = values.every((value, index) => index === 0 || value > /** @type {number} */ (values[index - 1]));

    if (isInOrder) {
      return new Set(kept);
    }

    const run = heaviestRun(values, kept.map(this.weigh));
    return new Set(kept.filter((_, index) => run.has(index)));
  }

  /** @param {Node} next @param {Node} parent what holds it in the base @param {Set<Node>} staying */
  #place(next, parent, staying) {
    const base = this.match.baseOf(next);

    if (!base) {
      this.#insert(next, parent);
      return;
    }

    if (!staying.has(base)) {
      this.#plan.placements.push({ node: base, parent, kind: "move", isWhole: true });
    }

    if (!this.match.isEqual(next)) {
      this.#visit(base, next);
    }
  }

  /** @param {Node} next @param {Node} parent */
  #insert(next, parent) {
    const isWhole = !this.#holdsKept(next);
    this.#plan.placements.push({ node: next, parent, kind: "insert", isWhole });

    if (isWhole) {
      return;
    }

    const children = [...next.childNodes].map((child) => this.match.baseOf(child) ?? child);
    this.#plan.arrangements.push({ parent: next, children });

    for (const child of next.childNodes) {
      this.#place(child, next, new Set());
    }
  }

  /** @param {Node} next @returns {boolean} */
  #holdsKept(next) {
    return [...next.childNodes].some((child) => this.match.baseOf(child) !== undefined || this.#holdsKept(child));
  }
}
