/**
 * What is left of the two documents once equal beginnings and endings are taken off: the subtrees among which pairs are
 * sought. Each node gets a whole number for all that is in it, and one for itself alone; equal numbers are equal nodes.
 */

import { isElement, isText } from "./pairs.js";

/** @typedef {import("./match.js").Match} Match */

/** Numbers for strings: exact, unlike a hash. */
class Interner {
  /** @type {Map<string, number>} */
  #numbers = new Map();

  /** @param {string} text */
  number(text) {
    let number = this.#numbers.get(text);

    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
    }

    return number;
  }
}

/**
 * @typedef {object} Leaf what is known of one node
 * @property {number} key equal for equal subtrees
 * @property {number} shallow equal for the same name and attributes
 * @property {number} size nodes that are more than white space, itself included
 */

export class Forest {
  /** @param {Node[]} baseRoots @param {Node[]} nextRoots */
  constructor(baseRoots, nextRoots) {
    const interner = new Interner();
    this.base = new Side(baseRoots, interner);
    this.next = new Side(nextRoots, interner);
  }

  /** Pair two nodes and take them out of the search. @param {Match} match @param {Node} base @param {Node} next */
  pair(match, base, next) {
    match.pair(base, next);
    this.base.open.delete(base);
    this.next.open.delete(next);
  }

  /** Pair two equal subtrees, whole. @param {Match} match @param {Node} base @param {Node} next */
  pairEqual(match, base, next) {
    match.pairEqual(base, next);
    this.base.close(base);
    this.next.close(next);
  }
}

export class Side {
  /** Nodes that nobody has paired yet, children before parents. @type {Set<Node>} */
  open = new Set();
  /** @type {Map<Node, Leaf>} */
  #leaves = new Map();

  /** @param {Node[]} roots @param {Interner} interner */
  constructor(roots, interner) {
    this.roots = roots;
    this.interner = interner;
    roots.forEach((root) => this.#add(root));
  }

  /** @param {Node} node of this side's forest @returns {Leaf} */
  leaf(node) {
    return /** @type {Leaf} */ (this.#leaves.get(node));
  }

  /** @param {Node} node */
  close(node) {
    this.open.delete(node);

    for (let child = node.firstChild; child; child = child.nextSibling) {
      this.close(child);
    }
  }

  /**
   * The open nodes of which there is just one with its number.
   * @param {"key" | "shallow"} kind @param {(node: Node) => boolean} [among]
   */
  unique(kind, among = () => true) {
    /** @type {Map<number, Node | null>} */
    const found = new Map();

    for (const node of this.open) {
      if (among(node)) {
        const number = this.leaf(node)[kind];
        found.set(number, found.has(number) ? null : node);
      }
    }

    return found;
  }

  /** @param {Node} node @returns {Leaf} */
  #add(node) {
    let size = isText(node) && node.data.trim() === "" ? 0 : 1;
    let content = "";

    for (let child = node.firstChild; child; child = child.nextSibling) {
      const leaf = this.#add(child);
      size += leaf.size;
      content += `,${leaf.key}`;
    }

    const shallow = this.interner.number(description(node));
    const leaf = { key: this.interner.number(`${shallow}${content}`), shallow, size };
    this.#leaves.set(node, leaf);
    this.open.add(node);
    return leaf;
  }
}

/** @param {Node} node */
function description(node) {
  if (!isElement(node)) {
    return `${node.nodeName} ${node.nodeValue}`;
  }

  let text = `<${node.namespaceURI} ${node.localName}`;

  for (const name of node.getAttributeNames().sort()) {
    text += `\0${name}\0${node.getAttribute(name)}`;
  }

  return text;
}
