/**
 * Two server outputs, and which node of one goes on as which node of the other. Pure: reads two inert documents. That the
 * merged page equals a fresh load does not depend on what is found here; how much state survives does.
 */

import { Forest } from "./forest.js";
import { haveSameAttributes, isRoot, mayMove, mayPair } from "./kinship.js";
import { Likeness } from "./likeness.js";
import { Match } from "./match.js";
import { isElement, isText } from "./pairs.js";
import { heaviestPairs, heaviestRun, pairsInTurn } from "./sequences.js";

/** Of these a document has one each, whatever their attributes say. */
const FRAME = new Set(["html", "head", "body"]);
/** Every combination of siblings is compared by likeness up to here. */
const COMBINATIONS = 2_500;
/** What an equal sibling of white space weighs beside one that holds something. */
const BLANK = 0.01;

/** @typedef {import("./forest.js").Side} Side */
/** @typedef {{ base: Node, next: Node, old: ChildNode[], fresh: ChildNode[] }} Gap children that differ, of a pair */

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

/**
 * Pair two nodes; of their children, what begins and ends alike. Native comparison skips what did not change.
 * @param {Node} base @param {Node} next @param {Match} match @param {Gap[]} gaps
 */
function descend(base, next, match, gaps) {
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
function isPlainlySame(base, next) {
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

class Alignment {
  #likeness = new Likeness();

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

    for (const gap of this.gaps) {
      this.#alignChildren(gap);
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

  /** @param {Node} base @param {Node} next */
  #pair(base, next) {
    this.match.pair(base, next);
    this.forest.settle(base, next);
  }

  /** @param {Node} base @param {Node} next */
  #pairEqual(base, next) {
    this.match.pairEqual(base, next);
    this.forest.settleAll(base, next);
  }

  /** Subtrees that occur once on either side, wherever they are: wrapped, unwrapped, moved to another parent. */
  #pairUnique() {
    const { base, next } = this.forest;
    const [old, fresh] = [base.unique("key"), next.unique("key")];

    const claim = (/** @type {Node} */ node) => {
      const { key, size } = next.leaf(node);
      const twin = fresh.get(key) ? old.get(key) : null;

      if (twin && size > 0 && this.#mayJoin(twin, node)) {
        this.#pairEqual(twin, node);
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
      this.#pair(host, other);
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
        this.#pair(twin, node);
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
        this.#pair(container, node);
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
        this.#pair(twin, node);
      }
    }
  }

  /** Parents first: what is paired already stands firm, the gaps between are filled. @param {Gap} gap */
  #alignChildren({ old, fresh, base }) {
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
      this.#alignChildren({ base, next, old: [...base.childNodes], fresh });
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
      this.#pairEqual(/** @type {Node} */ (old[left]), /** @type {Node} */ (fresh[right]));
    }

    this.#between(old, fresh, pairs, (left, right) => this.#fillAlike(left, right));
  }

  /** @param {Node[]} old @param {Node[]} fresh */
  #fillAlike(old, fresh) {
    const { base, next } = this.forest;
    const shallow = (/** @type {Side} */ side, /** @type {Node[]} */ list) =>
      list.map((node) => side.leaf(node).shallow);
    const [only, other] = [old[0], fresh[0]];

    if (only && other && old.length + fresh.length === 2 && isText(only) === isText(other) && isPlainlySame(only, other)) {
      this.#pair(only, other);
      return;
    }

    const pairs =
      old.length * fresh.length <= COMBINATIONS
        ? heaviestPairs(old, fresh, (left, right) => this.#likeness.weight(left, right))
        : pairsInTurn(shallow(base, old), shallow(next, fresh));

    for (const [left, right] of pairs ?? []) {
      const [node, other] = [/** @type {Node} */ (old[left]), /** @type {Node} */ (fresh[right])];

      if (mayPair(node, other)) {
        this.#pair(node, other);
      }
    }
  }
}
