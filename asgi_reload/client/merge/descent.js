/**
 * What is equal on both sides is taken off, from the document down: native comparison skips what did not change, and
 * what is left are gaps.
 */

import { haveSameAttributes, mayPair } from "./kinship.js";
import { isElement } from "./pairs.js";
import { heaviestRun } from "./sequences.js";

/** @typedef {import("./match.js").Match} Match */
/** @typedef {{ base: Node, next: Node, old: ChildNode[], fresh: ChildNode[] }} Gap children that differ, of a pair */

/** Of these a document has one each, whatever their attributes say. */
const FRAME = new Set(["html", "head", "body"]);

/**
 * Pair two nodes; of their children, what begins and ends alike. Native comparison skips what did not change.
 * @param {Node} base @param {Node} next @param {Match} match @param {Gap[]} gaps
 */
export function descend(base, next, match, gaps) {
  match.pair(base, next);
  const [old, fresh] = [[...base.childNodes], [...next.childNodes]];
  takeEqual(old, fresh, match, "shift", 0);
  takeEqual(old, fresh, match, "pop", -1);

  if (isFrame(base) && old.length > 0 && fresh.length > 0) {
    descendFrame(base, next, old, fresh, match, gaps);
    return;
  }

  for (const gap of split({ base, next, old, fresh }, match)) {
    const [left, right] = [gap.old[0], gap.fresh[0]];

    if (left && right && gap.old.length === 1 && gap.fresh.length === 1 && isPlainlySame(left, right)) {
      descend(left, right, match, gaps);
    } else if (left || right) {
      gaps.push(gap);
    }
  }
}

/**
 * Take out children that are equal and have no twin beside them; what stays in order splits the gap.
 * @param {Gap} gap @param {Match} match @returns {Gap[]}
 */
function split({ base, next, old, fresh }, match) {
  if (old.length < 2 || fresh.length < 2) {
    return [{ base, next, old, fresh }];
  }

  const [places, others] = [uniqueMarkup(old), uniqueMarkup(fresh)];
  /** @type {[number, number][]} */
  const pairs = [];

  for (const [text, index] of others) {
    const place = places.get(text) ?? -1;
    const [left, right] = [old[place], fresh[index]];

    // Markup does not tell everything.
    if (left && right && left.isEqualNode(right)) {
      match.pairEqual(left, right);
      pairs.push([place, index]);
    }
  }

  return between({ base, next, old, fresh }, pairs, match);
}

/** @param {ChildNode[]} nodes @returns {Map<string, number>} markup that occurs once → where */
function uniqueMarkup(nodes) {
  /** @type {Map<string, number>} */
  const places = new Map();

  nodes.forEach((node, index) => {
    if (isElement(node)) {
      const text = node.outerHTML;
      places.set(text, places.has(text) ? -1 : index);
    }
  });

  return places;
}

/**
 * @param {Gap} gap @param {[number, number][]} pairs in the order of `fresh` @param {Match} match
 * @returns {Gap[]} what is not paired between those pairs that are in order
 */
function between({ base, next, old, fresh }, pairs, match) {
  const run = heaviestRun(
    pairs.map(([place]) => place),
    pairs.map(() => 1),
  );
  const gaps = [];
  let [row, column] = [0, 0];

  for (const [place, index] of [...pairs.filter((_, order) => run.has(order)), [old.length, fresh.length]]) {
    gaps.push({
      base,
      next,
      old: old.slice(row, place).filter((node) => !match.nextOf(node)),
      fresh: fresh.slice(column, index).filter((node) => !match.baseOf(node)),
    });
    [row, column] = [Number(place) + 1, Number(index) + 1];
  }

  return gaps;
}

/**
 * @param {ChildNode[]} old @param {ChildNode[]} fresh @param {Match} match
 * @param {"shift" | "pop"} take @param {0 | -1} end
 */
function takeEqual(old, fresh, match, take, end) {
  let count = 0;
  const limit = Math.min(old.length, fresh.length);
  const from = (/** @type {ChildNode[]} */ list) => list.at(end < 0 ? -1 - count : count);

  for (; count < limit; count++) {
    const [left, right] = [from(old), from(fresh)];

    if (!left || !right || !left.isEqualNode(right)) {
      break;
    }

    match.pairEqual(left, right);
  }

  for (const list of [old, fresh]) {
    list.splice(take === "shift" ? 0 : list.length - count, count);
  }
}

/** The document and its `<html>`: their elements are paired by name. @param {Node} node */
function isFrame(node) {
  return node.nodeType === Node.DOCUMENT_NODE || (isElement(node) && node.parentNode?.nodeType === Node.DOCUMENT_NODE);
}

/**
 * @param {Node} base @param {Node} next @param {ChildNode[]} old @param {ChildNode[]} fresh
 * @param {Match} match @param {Gap[]} gaps
 */
function descendFrame(base, next, old, fresh, match, gaps) {
  const isOne = (/** @type {ChildNode} */ node) => isElement(node) && FRAME.has(node.localName);
  const rest = { base, next, old: old.filter((node) => !isOne(node)), fresh: fresh.filter((node) => !isOne(node)) };

  for (const node of old.filter(isOne)) {
    const other = fresh.find((candidate) => candidate.nodeName === node.nodeName);

    if (other && isOne(other)) {
      descend(node, other, match, gaps);
    }
  }

  if (rest.old.length > 0 || rest.fresh.length > 0) {
    gaps.push(rest);
  }
}

/**
 * The only one that differs on either side, with the same face, and no wrapper of the other.
 * @param {Node} base @param {Node} next
 */
export function isPlainlySame(base, next) {
  if (!mayPair(base, next)) {
    return false;
  }

  if (!isElement(base) || !isElement(next)) {
    return true;
  }

  return (
    FRAME.has(base.localName) || (haveSameAttributes(base, next) && !hasTwinBelow(base) && !hasTwinBelow(next))
  );
}

/** @param {Element} element */
function hasTwinBelow(element) {
  for (let child = element.firstElementChild; child; child = child.nextElementSibling) {
    if (child.localName === element.localName && haveSameAttributes(child, element)) {
      return true;
    }
  }

  return false;
}
