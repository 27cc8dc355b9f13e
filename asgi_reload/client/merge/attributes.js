/**
 * One attribute of a live element, brought from the old server value to the new. Where the page has changed it too the
 * server wins, except over what a person opened; `class` and `style` are merged piece by piece.
 */

/** @typedef {import("./parse.js").Policy} Policy */

/**
 * @param {Element} live @param {Attr | null} from what the server sent @param {Attr | null} to what it sends now
 * @param {Policy | null} policy for attributes that Trusted Types guard
 */
export function writeAttribute(live, from, to, policy) {
  const attribute = /** @type {Attr} */ (to ?? from);
  const { namespaceURI, localName } = attribute;
  const current = live.getAttributeNS(namespaceURI, localName);
  const [former, wanted] = [from?.value ?? null, to?.value ?? null];

  // Even an equal value has effects: a canvas is cleared by its width.
  if (current === wanted || localName === "nonce") {
    return;
  }

  if (current !== former && localName === "open" && isDisclosure(live)) {
    return;
  }

  if (current !== former && current !== null && namespaceURI === null && merge(live, localName, former, wanted)) {
    return;
  }

  if (to) {
    setAttribute(live, to, policy);
  } else if (localName === "open" && live.localName === "dialog") {
    // Without the attribute alone a modal dialog would stay modal, and the page inert.
    /** @type {HTMLDialogElement} */ (live).close();
  } else {
    live.removeAttributeNS(namespaceURI, localName);
  }
}

/** What a person opens and closes. @param {Element} live */
export function isDisclosure(live) {
  return live.localName === "details" || live.localName === "dialog";
}

/**
 * What Trusted Types ask for before this attribute may be written: `TrustedScript`, … or null.
 * @param {Element} live @param {Attr} attribute
 * @returns {string | null}
 */
export function trustedType(live, attribute) {
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  return (
    factory?.getAttributeType(live.localName, attribute.localName, live.namespaceURI, attribute.namespaceURI) ?? null
  );
}

/** @param {Element} element live or inert @param {Attr} to @param {Policy | null} policy */
export function setAttribute(element, to, policy) {
  const type = policy && trustedType(element, to);

  if (policy && type) {
    const create = /** @type {keyof Policy} */ (type.replace("Trusted", "create"));
    element.setAttribute(to.name, policy[create](to.value));
  } else {
    // A copy of the attribute may have a name that `setAttribute` refuses: `@click`.
    element.setAttributeNodeNS(/** @type {Attr} */ (to.cloneNode()));
  }
}

/**
 * @param {Element} live @param {string} name @param {string | null} from @param {string | null} to
 * @returns {boolean} whether there was something to merge
 */
function merge(live, name, from, to) {
  if (name === "class") {
    mergeTokens(live, from ?? "", to ?? "");
    return true;
  }

  const styled = /** @type {HTMLElement} */ (live);
  return name === "style" && "style" in live && mergeDeclarations(styled, from ?? "", to ?? "");
}

/** @param {Element} live @param {string} from @param {string} to */
function mergeTokens(live, from, to) {
  const tokens = (/** @type {string} */ text) => text.split(/\s+/).filter(Boolean);
  const [old, fresh] = [tokens(from), tokens(to)];
  live.classList.remove(...old.filter((token) => !fresh.includes(token)));
  live.classList.add(...fresh.filter((token) => !old.includes(token)));
}

/** @param {HTMLElement} live @param {string} from @param {string} to */
function mergeDeclarations(live, from, to) {
  const [old, fresh] = [declarations(from), declarations(to)];

  if (to.trim() !== "" && fresh.length === 0) {
    return false;
  }

  for (const name of old) {
    if (!fresh.getPropertyValue(name)) {
      live.style.removeProperty(name);
    }
  }

  for (const name of fresh) {
    const [value, priority] = [fresh.getPropertyValue(name), fresh.getPropertyPriority(name)];

    if (value !== old.getPropertyValue(name) || priority !== old.getPropertyPriority(name)) {
      live.style.setProperty(name, value, priority);
    }
  }

  return true;
}

/** @param {string} text */
function declarations(text) {
  const { style } = document.implementation.createHTMLDocument("").body;
  style.cssText = text;
  return style;
}
