/**
 * How much two nodes say the same, from 0 to 1: the share of words that they have in common. It decides which of
 * several changed siblings is which, where nothing exact does.
 */

import { haveOtherIds, haveSameAttributes, mayPair } from "./kinship.js";
import { isElement, isText } from "./pairs.js";

/** More words of one node are not compared. */
const WORDS = 200;
/** Nodes with other ids must be this much alike to be taken for the same. */
const ALIKE = 0.5;

export class Likeness {
  /** @type {Map<Node, Set<string>>} */
  #words = new Map();

  /**
   * What a pair is worth; 0 if the two must not be paired.
   * @param {Node} base @param {Node} next
   */
  weight(base, next) {
    if (!mayPair(base, next) || isBlank(base) !== isBlank(next)) {
      return 0;
    }

    const shared = this.#share(base, next);

    if (!isElement(base) || !isElement(next)) {
      return 0.1 + shared;
    }

    if (haveOtherIds(base, next) && shared < ALIKE) {
      return 0;
    }

    return 0.1 + shared + (haveSameAttributes(base, next) ? 0.5 : 0);
  }

  /** @param {Node} base @param {Node} next */
  #share(base, next) {
    const [left, right] = [this.#wordsOf(base), this.#wordsOf(next)];
    let common = 0;

    for (const word of left) {
      common += right.has(word) ? 1 : 0;
    }

    return left.size + right.size === 0 ? 1 : (2 * common) / (left.size + right.size);
  }

  /** @param {Node} node */
  #wordsOf(node) {
    let words = this.#words.get(node);

    if (!words) {
      words = new Set((node.textContent ?? "").split(/\s+/, WORDS).filter(Boolean));
      addAttributes(node, words);
      this.#words.set(node, words);
    }

    return words;
  }
}

/** @param {Node} node @param {Set<string>} words */
function addAttributes(node, words) {
  if (isElement(node)) {
    for (const { name, value } of node.attributes) {
      if (name !== "id") {
        words.add(`${name}=${value}`);
      }
    }

    for (let child = node.firstElementChild; child && words.size < WORDS; child = child.nextElementSibling) {
      words.add(`<${child.localName}`);
      addAttributes(child, words);
    }
  }
}

/** @param {Node} node */
function isBlank(node) {
  return isText(node) && node.data.trim() === "";
}
