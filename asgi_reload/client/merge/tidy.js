/**
 * One form for every inert document, so that equal output gives equal trees (`isEqualNode`): `<noscript>` holds text,
 * the content of a template is its children, a declarative shadow root is a template, nonces are blank, our own tag is
 * gone.
 */

import { MARK } from "./parse.js";
import { isTemplate } from "./pairs.js";

/**
 * @param {Document} page @param {string} prefix where our own routes are mounted
 * @returns {Document} the same
 */
export function tidy(page, prefix) {
  unfold(page);
  restoreNoscript(page);

  for (const element of page.querySelectorAll("[nonce]")) {
    element.setAttribute("nonce", "");
  }

  for (const script of page.querySelectorAll("script[data-page][src]")) {
    if (script.getAttribute("src")?.endsWith(`${prefix}/boot.js`)) {
      script.remove();
    }
  }

  page.normalize();
  return page;
}

/** @param {Document | DocumentFragment} root */
function unfold(root) {
  for (const template of root.querySelectorAll("template")) {
    if (isTemplate(template)) {
      unfold(template.content);
      template.append(template.content);
    }
  }
}

/** @param {Document} page */
function restoreNoscript(page) {
  for (const shield of page.querySelectorAll(`noframes[${MARK}]`)) {
    const noscript = page.createElement("noscript");
    shield.removeAttribute(MARK);

    for (const attribute of shield.attributes) {
      noscript.setAttributeNode(/** @type {Attr} */ (attribute.cloneNode()));
    }

    noscript.append(...shield.childNodes);
    shield.replaceWith(noscript);
  }

  // What the browser parsed for us, or what no pattern finds.
  for (const noscript of page.querySelectorAll("noscript")) {
    if (noscript.firstElementChild) {
      noscript.textContent = noscript.innerHTML;
    }
  }
}
