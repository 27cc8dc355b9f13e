/**
 * The document as it was parsed, which `boot.js` remembers, and its first pairing with the base: what early scripts did
 * shows as a difference here, and so as the page's doing, never as the server's.
 */

import { align } from "./align.js";
import { Pairs, isElement, isTemplate } from "./pairs.js";
import { tidy } from "./tidy.js";

/**
 * @typedef {object} Shape
 * @property {string} url the page's address before any script could change it
 * @property {string} nonce what the page's policy admits
 * @property {Document} copy
 * @property {{ root: Node, nodes: Node[], copy: DocumentFragment | null }[]} lists live nodes, in the copy's order
 */

/** Less than this share of the base's elements found in the page: scripts built it, a merge would guess. */
const ENOUGH = 0.5;

/**
 * @param {Document} base tidied @param {Shape} shape @param {string} prefix
 * @returns {Pairs | null} null if the page as parsed was another than the base
 */
export function pair(base, shape, prefix) {
  const origin = originOf(shape);
  const remembered = tidy(shape.copy, prefix);
  const match = align(base, remembered);
  const pairs = new Pairs();
  let found = 0;

  const join = (/** @type {Node} */ node, /** @type {Node} */ copy) => {
    const live = origin.get(copy);

    if (live) {
      pairs.set(node, live);
      found += isElement(node) ? 1 : 0;
    }
  };

  for (const [node, copy] of match.pairs()) {
    if (match.isEqual(copy)) {
      together(node, copy, join);
    } else {
      join(node, copy);
    }
  }

  return found >= ENOUGH * base.getElementsByTagName("*").length ? pairs : null;
}

/**
 * Which live node a node of the copy was taken from. Shadow roots are put into the copy as the templates they came
 * from.
 * @param {Shape} shape
 */
function originOf(shape) {
  /** @type {Map<Node, Node>} */
  const origin = new Map();
  /** @type {Map<Node, Node>} */
  const copies = new Map();

  for (const { root, nodes, copy } of shape.lists) {
    const copyRoot = root.nodeType === Node.DOCUMENT_NODE ? shape.copy : (copy ?? copies.get(root));

    if (copyRoot) {
      copies.set(root, copyRoot);
      origin.set(copyRoot, root);
      zipList(copyRoot, nodes, origin, copies);
    }
  }

  for (const { root, copy } of shape.lists) {
    const host = copy && copies.get(/** @type {ShadowRoot} */ (root).host);

    if (copy && host && isElement(host)) {
      const template = templateFor(/** @type {ShadowRoot} */ (root), shape.copy);
      template.append(copy);
      host.prepend(template);
      origin.set(template, root);
    }
  }

  return origin;
}

/**
 * @param {Node} copyRoot @param {Node[]} nodes
 * @param {Map<Node, Node>} origin copy → live @param {Map<Node, Node>} copies live → copy, of roots and hosts only
 */
function zipList(copyRoot, nodes, origin, copies) {
  const walker = document.createTreeWalker(copyRoot);

  for (const live of nodes) {
    const copy = walker.nextNode();

    if (copy) {
      origin.set(copy, live);

      if (isTemplate(live) && isTemplate(copy)) {
        copies.set(live.content, copy.content);
      } else if (isElement(live) && live.shadowRoot) {
        copies.set(live, copy);
      }
    }
  }
}

/** @param {ShadowRoot} root @param {Document} inert */
function templateFor(root, inert) {
  const template = inert.createElement("template");
  template.setAttribute("shadowrootmode", root.mode);

  for (const name of /** @type {const} */ (["delegatesFocus", "clonable", "serializable"])) {
    if (root[name]) {
      template.setAttribute(`shadowroot${name.toLowerCase()}`, "");
    }
  }

  return template;
}

/**
 * @param {Node} left @param {Node} right of the same form
 * @param {(left: Node, right: Node) => void} visit
 */
function together(left, right, visit) {
  visit(left, right);
  let other = right.firstChild;

  for (let child = left.firstChild; child && other; child = child.nextSibling) {
    together(child, other, visit);
    other = other.nextSibling;
  }
}
