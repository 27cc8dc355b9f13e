/**
 * One text of the base, and the live nodes that show it: the paired one, or the pieces into which the page has cut it,
 * some of them decorated (a `<mark>` around a word).
 */

import { isElement, isText } from "./pairs.js";

/** @typedef {import("./pairs.js").Pairs} Pairs */

/**
 * Write what differs between the common beginning and ending: a caret and a selection in the rest stay.
 * @param {CharacterData} live @param {string} to
 */
export function write(live, to) {
  const { data } = live;
  const limit = Math.min(data.length, to.length);
  let start = 0;
  let end = 0;

  while (start < limit && data[start] === to[start]) {
    start++;
  }

  while (end < limit - start && data.at(-1 - end) === to.at(-1 - end)) {
    end++;
  }

  if (data !== to) {
    live.replaceData(start, data.length - start - end, to.slice(start, to.length - end));
  }
}

/**
 * Write a text of which the page has made pieces: the decoration is dropped, the paired node holds it all again.
 * @param {Node} live @param {string} from @param {string} to @param {Pairs} pairs
 */
export function writeJoined(live, from, to, pairs) {
  const run = pieces(live, from, pairs);
  write(/** @type {CharacterData} */ (live), to);

  for (const piece of run) {
    if (piece !== live) {
      /** @type {ChildNode} */ (piece).remove();
    }
  }
}

/**
 * The siblings around a live text that together read as the base's text.
 * @param {Node} live @param {string} text @param {Pairs} pairs
 * @returns {Node[]} in order; the node alone if there are no such siblings
 */
export function pieces(live, text, pairs) {
  if (!isText(live) || live.data === text) {
    return [live];
  }

  const isPagesOwn = (/** @type {Node | null} */ node) => !!node && isPiece(node) && !pairs.base(node);

  for (let first = /** @type {Node} */ (live); ; first = /** @type {Node} */ (first.previousSibling)) {
    const run = runFrom(first, text, (node) => node === live || isPagesOwn(node));

    if (run?.includes(live)) {
      return run;
    }

    if (!isPagesOwn(first.previousSibling)) {
      return [live];
    }
  }
}

/**
 * Siblings of the page's own that read as a text whose node the page has thrown away.
 * @param {Node} parent @param {string} text @param {Pairs} pairs
 * @returns {Node[] | null}
 */
export function piecesWithout(parent, text, pairs) {
  const isPagesOwn = (/** @type {Node} */ node) => isPiece(node) && !pairs.base(node);

  for (let first = parent.firstChild; first; first = first.nextSibling) {
    const run = runFrom(first, text, isPagesOwn);

    if (run) {
      return run;
    }
  }

  return null;
}

/** @param {Node} first @param {string} text @param {(node: Node) => boolean} isAllowed */
function runFrom(first, text, isAllowed) {
  const run = [];
  let joined = "";

  for (let node = /** @type {Node | null} */ (first); node && isAllowed(node); node = node.nextSibling) {
    run.push(node);
    joined += node.textContent ?? "";

    if (joined === text) {
      return run;
    }

    if (!text.startsWith(joined)) {
      break;
    }
  }

  return null;
}

/** @param {Node} node */
function isPiece(node) {
  return isText(node) || (isElement(node) && node.textContent !== "");
}
