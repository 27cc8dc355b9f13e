/**
 * A node of the base becomes a live one: imported, its templates filled, its declarative shadow roots attached, its
 * nonces the page's own.
 */

import { isDeclaration } from "./declarations.js";
import { inside, isElement, isTemplate } from "./pairs.js";

/** @typedef {import("./pairs.js").Pairs} Pairs */

/**
 * @typedef {object} Page the live side
 * @property {Document} document
 * @property {string} nonce what its policy admits
 * @property {import("./parse.js").Parser | null} parser
 * @property {WeakSet<import("./controls.js").Control>} used controls that a person has changed at any time
 */

/**
 * @param {Node} base @param {boolean} isWhole with all that is in it
 * @param {Page} page @param {Pairs} pairs takes the new
 * @returns {Node}
 */
export function graft(base, isWhole, page, pairs) {
  if (!isWhole) {
    return graftAlone(base, page, pairs);
  }

  if (isElement(base) && (base.localName === "template" || base.querySelector("template"))) {
    return graftFolded(base, page, pairs);
  }

  const live = page.document.importNode(base, true);
  pairs.zip(base, live);
  admit(live, page.nonce);
  return live;
}

/**
 * Without its children, but with the shadow root that comes with it.
 * @param {Node} base @param {Page} page @param {Pairs} pairs
 */
function graftAlone(base, page, pairs) {
  const template = isElement(base) ? base.querySelector(":scope > template[shadowrootmode]") : null;

  if (!template || !isDeclaration(template)) {
    const live = page.document.importNode(base);
    pairs.set(base, live);
    admit(live, page.nonce);
    return live;
  }

  const host = /** @type {Element} */ (base.cloneNode());
  pairs.set(base, host);
  host.append(graftFolded(template, page, pairs));
  attach(/** @type {HTMLTemplateElement} */ (host.firstElementChild), page, pairs);
  return /** @type {Node} */ (pairs.live(base));
}

/** Folded where custom elements stay plain: what is in a template must never run. */
function graftFolded(/** @type {Element} */ base, /** @type {Page} */ page, /** @type {Pairs} */ pairs) {
  const copy = /** @type {Element} */ (base.cloneNode(true));
  pairs.zip(base, copy);
  admit(copy, page.nonce);

  // The innermost first.
  for (const template of [...copy.querySelectorAll("template")].reverse()) {
    if (isDeclaration(template)) {
      attach(template, page, pairs);
    } else {
      inside(template).appendChild(contentsOf(template));
    }
  }

  const live = /** @type {Node} */ (pairs.live(base));

  // Whoever asks for a declaration itself attaches it.
  if (isTemplate(live) && !isDeclaration(base)) {
    live.content.append(contentsOf(live));
  }

  return live;
}

/** @param {HTMLTemplateElement} template @param {Page} page @param {Pairs} pairs */
function attach(template, page, pairs) {
  const host = hostFor(/** @type {Element} */ (template.parentElement), template, page, pairs);
  const root =
    host.shadowRoot ??
    host.attachShadow({
      mode: template.getAttribute("shadowrootmode") === "closed" ? "closed" : "open",
      delegatesFocus: template.hasAttribute("shadowrootdelegatesfocus"),
      serializable: template.hasAttribute("shadowrootserializable"),
      // Not known to every list of types yet.
      .../** @type {object} */ ({ clonable: template.hasAttribute("shadowrootclonable") }),
    });
  root.append(contentsOf(template));
  const base = pairs.base(template);
  template.remove();

  if (base) {
    pairs.set(base, root);
  }
}

/**
 * A custom element may call `attachShadow` itself, which only a root that a parser declared admits.
 * @param {Element} host @param {Element} template @param {Page} page @param {Pairs} pairs
 */
function hostFor(host, template, page, pairs) {
  const unsafe = /** @type {any} */ (Document).parseHTMLUnsafe;

  if (!page.parser || !unsafe || !host.localName.includes("-")) {
    return host;
  }

  const open = template.outerHTML.slice(0, template.outerHTML.indexOf(">") + 1);
  const text = `<${host.localName}>${open}</template></${host.localName}>`;
  const declared = unsafe.call(Document, page.parser.trusted(text)).body.firstElementChild;

  if (!declared?.shadowRoot) {
    return host;
  }

  for (const attribute of host.attributes) {
    declared.setAttributeNodeNS(attribute.cloneNode());
  }

  declared.append(...host.childNodes);
  pairs.replace(host, declared);
  host.replaceWith(declared);
  return declared;
}

/** @param {Element} template */
function contentsOf(template) {
  const fragment = template.ownerDocument.createDocumentFragment();
  fragment.append(...template.childNodes);
  return fragment;
}

/**
 * A new style is admitted by the nonce of this page, not by that of the answer.
 * @param {Node} live @param {string} nonce
 */
function admit(live, nonce) {
  if (nonce && isElement(live)) {
    for (const element of [live, ...live.querySelectorAll("[nonce]")]) {
      if (element.hasAttribute("nonce")) {
        /** @type {HTMLElement} */ (element).nonce = nonce;
      }
    }
  }
}
