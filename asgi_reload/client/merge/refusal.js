/**
 * Every reason why a merge would not give what a fresh load gives, found before anything is written: what did its work
 * while the page was loading (scripts, `<base>`, policies), and what cannot be changed in a live page at all.
 */

import { trustedType } from "./attributes.js";
import { isDeclaration } from "./declarations.js";
import { differInNoise } from "./noise.js";
import { isElement } from "./pairs.js";

/** @typedef {import("./graft.js").Page} Page */
/** @typedef {import("./pairs.js").Pairs} Pairs */
/** @typedef {import("./plan.js").Plan} Plan */

const FIXED = "script, base, meta[http-equiv]";
/** Data for search engines, which no script of the page waits for. */
const HARMLESS = "application/ld+json";

/** @typedef {{ text: string, name: string }} Fixed an element that a page cannot exchange, as markup and by name */

/**
 * The elements of a document that only a load brings about, in order.
 * @param {Document} page tidied @returns {Fixed[]}
 */
export function fixedOf(page) {
  return [...page.querySelectorAll(FIXED)]
    .filter((element) => element.getAttribute("type") !== HARMLESS && !isInPlainTemplate(element))
    .map((element) => ({ text: element.outerHTML, name: nameOf(element) }));
}

/**
 * Why the new document has to be loaded.
 * @param {Document} base @param {Document} next
 * @param {Document | null} again the new version rendered once more: what differs from `next` is noise
 * @returns {string | null}
 */
export function refuseDocument(base, next, again = null) {
  if (!isSameDoctype(base.doctype, next.doctype)) {
    return "the doctype changed";
  }

  if (base.body?.localName !== next.body?.localName) {
    return "a frameset came or went";
  }

  const [old, fresh] = [fixedOf(base), fixedOf(next)];
  const other = again ? fixedOf(again) : fresh;
  const index = old.findIndex(({ text }, place) => !isSameBut(text, fresh[place]?.text, other[place]?.text));

  if (index < 0 && old.length === fresh.length) {
    return null;
  }

  if (old.length !== fresh.length) {
    const [longer, shorter, verb] = old.length < fresh.length ? [fresh, old, "added"] : [old, fresh, "removed"];
    const one = longer.find(({ text }) => !shorter.some((candidate) => candidate.text === text)) ?? longer.at(-1);
    return `${one?.name} was ${verb}`;
  }

  return `${fresh[index]?.name} changed`;
}

/** Same count, other texts: it may be noise, so ask once more. @param {Document} base @param {Document} next */
export function mayBeNoise(base, next) {
  return isSameDoctype(base.doctype, next.doctype) && fixedOf(base).length === fixedOf(next).length;
}

/** @param {string} base @param {string | undefined} next @param {string | undefined} again */
function isSameBut(base, next, again) {
  return next !== undefined && (base === next || (again !== undefined && differInNoise(base, next, again)));
}

/** @param {DocumentType | null} left @param {DocumentType | null} right */
function isSameDoctype(left, right) {
  return left && right ? left.isEqualNode(right) : left === right;
}

/** @param {Element} element */
function isInPlainTemplate(element) {
  const template = element.parentElement?.closest("template");
  return !!template && !isDeclaration(template);
}

/** @param {Element} element */
function nameOf(element) {
  const detail = element.getAttribute("src") ?? element.getAttribute("http-equiv");
  return `<${element.localName}>${detail ? ` ${detail}` : ""}`;
}

/**
 * Why this plan cannot be carried out on a live page.
 * @param {Document} base @param {Plan} plan before it is committed @param {Pairs} pairs @param {Page} page
 * @returns {string | null}
 */
export function refusePlan(base, plan, pairs, page) {
  const isRoot = (/** @type {Node} */ node) =>
    isElement(node) && node.localName === "template" && (pairs.live(node)?.nodeType === Node.DOCUMENT_FRAGMENT_NODE);

  for (const { node, to } of plan.attributes) {
    if (isRoot(node)) {
      return "the mode of a declarative shadow root changed";
    }

    if (to && !page.parser && trustedType(node, to)) {
      return `Trusted Types guard the attribute ${to.name}`;
    }
  }

  for (const { node, kind, parent, isWhole } of plan.placements) {
    const comesToHost = isElement(node) && node.localName === "template" && isNewRoot(node, parent, pairs);

    if (comesToHost || (kind === "move" && isRoot(node)) || (!isWhole && isElement(node) && isDeclaration(node))) {
      return "a declarative shadow root came to an element";
    }
  }

  if (plan.removed.some(isRoot)) {
    return "a declarative shadow root was removed";
  }

  const isHidden = (/** @type {Element} */ root) => isDeclaration(root) && !isRoot(root) && isOnHost(root, pairs);
  const hidden = [...base.querySelectorAll("template[shadowrootmode]")].filter(isHidden);
  const isHit = hidden.some((root) => touched(plan).some((node) => root.contains(node)));
  return isHit ? "a closed shadow root changed" : null;
}

/**
 * A shadow root for an element that is in the page already.
 * @param {Element} node @param {Node} parent @param {Pairs} pairs
 */
function isNewRoot(node, parent, pairs) {
  return pairs.live(parent) !== undefined && node.hasAttribute("shadowrootmode") && isDeclaration(node);
}

/** @param {Element} template @param {Pairs} pairs */
function isOnHost(template, pairs) {
  return template.parentNode !== null && pairs.live(template.parentNode) !== undefined && !pairs.live(template);
}

/** @param {Plan} plan @returns {Node[]} */
function touched(plan) {
  return [
    ...plan.attributes.map(({ node }) => node),
    ...plan.texts.map(({ node }) => node),
    ...plan.removed,
    ...plan.arrangements.map(({ parent }) => parent),
  ];
}
