/**
 * May this node of the base go on as that node of the new document? Correctness never hangs on the answer, state does: a
 * value typed into `city` that turns up in `zip` is worse than a lost one.
 */

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
    isSameRole(base, next)
  );
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
