/**
 * May this node of the base go on as that node of the new document? Correctness never hangs on the answer, state does:
 * a value typed into `city` that turns up in `zip` is worse than a lost one.
 */

import { isDeclaration } from "./declarations.js";
import { isElement } from "./pairs.js";

const CONTROLS = new Set(["input", "select", "textarea", "button", "output"]);

/** @param {Node} base @param {Node} next */
export function mayPair(base, next) {
  if (base.nodeType !== next.nodeType || !isElement(base) || !isElement(next)) {
    return base.nodeType === next.nodeType && base.nodeName === next.nodeName;
  }

  return (
    base.localName === next.localName &&
    base.namespaceURI === next.namespaceURI &&
    base.getAttribute("is") === next.getAttribute("is") &&
    isSameRole(base, next) &&
    rootMode(base) === rootMode(next)
  );
}

/** A live element gets no declarative shadow root, and loses none. @param {Element} host */
function rootMode(host) {
  for (let child = host.firstElementChild; child; child = child.nextElementSibling) {
    if (child.hasAttribute("shadowrootmode") && isDeclaration(child)) {
      return child.getAttribute("shadowrootmode");
    }
  }

  return null;
}

/** @param {Element} base @param {Element} next */
function isSameRole(base, next) {
  const same = (/** @type {string} */ name) => base.getAttribute(name) === next.getAttribute(name);

  switch (base.localName) {
    case "template":
      return same("shadowrootmode");
    case "option":
      return same("value") || !(base.hasAttribute("value") && next.hasAttribute("value"));
    default:
      return !CONTROLS.has(base.localName) || isSameControl(base, next, same);
  }
}

/** @param {Element} base @param {Element} next @param {(name: string) => boolean} same */
function isSameControl(base, next, same) {
  const isChoice = /^(radio|checkbox)$/i.test(base.getAttribute("type") ?? "");
  const hasName = base.hasAttribute("name");
  return same("type") && same("name") && (!isChoice || same("value")) && (hasName || !haveOtherIds(base, next));
}

/** Both have an id, and not the same. @param {Element} base @param {Element} next */
export function haveOtherIds(base, next) {
  return base.id !== "" && next.id !== "" && base.id !== next.id;
}

/** @param {Element} base @param {Element} next */
export function haveSameAttributes(base, next) {
  const { attributes } = base;

  if (attributes.length !== next.attributes.length) {
    return false;
  }

  for (const { namespaceURI, localName, value } of attributes) {
    if (next.getAttributeNS(namespaceURI, localName) !== value) {
      return false;
    }
  }

  return true;
}

/**
 * May a pair be made across the documents, of parents that may differ? What is in a template is no part of the page,
 * and a shadow root stays with its host.
 * @param {Node} base @param {Node} next
 */
export function mayMove(base, next) {
  return mayPair(base, next) && isInTemplate(base) === isInTemplate(next) && !isRoot(base) && !isRoot(next);
}

/** @param {Node} node */
function isInTemplate(node) {
  return !!node.parentElement?.closest("template:not([shadowrootmode])");
}

/** Does a shadow root come of it? @param {Node} node @returns {node is Element} */
export function isRoot(node) {
  return isElement(node) && node.hasAttribute("shadowrootmode") && isDeclaration(node);
}
