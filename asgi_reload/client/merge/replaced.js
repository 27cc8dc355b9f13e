/**
 * Replaced is not removed. Where a script has rebuilt the children of an element (`innerHTML`, `textContent =`), the
 * live nodes of the base are gone and others stand for them: pair those, before anything is written.
 */

import { inside, isElement, isText } from "./pairs.js";
import { piecesWithout } from "./texts.js";

/** @typedef {import("./pairs.js").Pairs} Pairs */
/** @typedef {import("./plan.js").Plan} Plan */

/**
 * @param {Plan} plan before it is committed @param {Pairs} pairs takes what is found
 * @returns {string | null} why nobody can tell where the change belongs
 */
export function recover(plan, pairs) {
  const search = new Search(pairs);
  const changes = [
    ...plan.attributes.filter(({ node }) => !isHiddenInput(node)),
    ...plan.texts,
    ...plan.removed.map((node) => ({ node })),
    ...plan.arrangements.map(({ parent }) => ({ node: parent, isParent: true })).filter(({ node }) => pairs.live(node)),
  ];

  for (const change of changes) {
    const lost = search.along(change.node, "isParent" in change);

    if (lost) {
      return `a script has rebuilt ${describe(lost)}, which the server changed`;
    }
  }

  return null;
}

/** Its value is the server's business, and new at every render. @param {Node} node */
export function isHiddenInput(node) {
  return isElement(node) && node.localName === "input" && node.getAttribute("type") === "hidden";
}

/** @param {Node} node */
export function describe(node) {
  const element = isElement(node) ? node : node.parentElement;
  const id = element?.id ? `#${element.id}` : "";
  const name = element?.classList.length ? `.${element.classList[0]}` : "";
  return `<${element?.localName ?? "html"}${id || name}>`;
}

class Search {
  /** @type {Set<Node>} */
  #done = new Set();

  /** @param {Pairs} pairs */
  constructor(pairs) {
    this.pairs = pairs;
  }

  /**
   * Go down to a node of the base, pairing what was replaced on the way.
   * @param {Node} node @param {boolean} isParent its children change too
   * @returns {Node | null} the parent of what was replaced beyond recognition
   */
  along(node, isParent) {
    for (const step of path(node)) {
      const parent = step.parentNode;

      if (parent && !this.pairs.alive(step) && this.pairs.alive(parent)) {
        this.#settle(parent);

        if (!this.pairs.alive(step) && this.#hasRivals(step, parent)) {
          return parent;
        }
      }
    }

    return isParent && this.pairs.alive(node) && this.#isRebuilt(node) ? node : null;
  }

  /** Pair dead children with the page's own of the same name, one by one, if there are as many. @param {Node} parent */
  #settle(parent) {
    if (this.#done.has(parent)) {
      return;
    }

    this.#done.add(parent);
    this.#settleTexts(parent);
    const [dead, own] = [byName(this.#dead(parent)), byName(this.#own(parent))];

    for (const [name, nodes] of dead) {
      const others = own.get(name) ?? [];

      if (others.length === nodes.length) {
        nodes.forEach((node, index) => this.pairs.set(node, /** @type {Node} */ (others[index])));
      }
    }
  }

  /** @param {Node} parent */
  #settleTexts(parent) {
    for (const node of this.#dead(parent)) {
      const run = isText(node) && piecesWithout(this.#box(parent), node.data, this.pairs);
      const piece = run && run.find(isText);

      if (piece) {
        this.pairs.set(node, piece);
      }
    }
  }

  /** Nothing of what the server sent is left of the children, and others are there. @param {Node} parent */
  #isRebuilt(parent) {
    this.#settle(parent);
    const dead = this.#dead(parent).filter(isElement);
    const children = [...parent.childNodes].filter(isElement);
    return dead.length > 0 && dead.length === children.length && dead.some((node) => this.#hasRivals(node, parent));
  }

  /** @param {Node} node @param {Node} parent */
  #hasRivals(node, parent) {
    return this.#own(parent).some((other) => other.nodeName === node.nodeName);
  }

  /** @param {Node} parent */
  #dead(parent) {
    return [...parent.childNodes].filter((child) => isSolid(child) && !this.pairs.alive(child));
  }

  /** The page's own children. @param {Node} parent */
  #own(parent) {
    return [...this.#box(parent).childNodes].filter((child) => isSolid(child) && !this.pairs.base(child));
  }

  /** @param {Node} parent */
  #box(parent) {
    return inside(/** @type {Node} */ (this.pairs.alive(parent)));
  }
}

/** @param {Node} node from the document down to it @returns {Node[]} */
function path(node) {
  return node.parentNode ? [...path(node.parentNode), node] : [node];
}

/** More than white space. @param {Node} node */
function isSolid(node) {
  return !isText(node) || node.data.trim() !== "";
}

/** @param {Node[]} nodes */
function byName(nodes) {
  /** @type {Map<string, Node[]>} */
  const names = new Map();

  for (const node of nodes) {
    names.set(node.nodeName, [...(names.get(node.nodeName) ?? []), node]);
  }

  return names;
}
