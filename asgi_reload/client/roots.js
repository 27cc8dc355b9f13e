/**
 * Where elements live: the document and every open shadow root in it.
 */

/**
 * @param {Document | ShadowRoot} root
 * @returns {Generator<Document | ShadowRoot, void>}
 */
export function* roots(root = document) {
  yield root;

  for (const element of root.querySelectorAll("*")) {
    if (element.shadowRoot) {
      yield* roots(element.shadowRoot);
    }
  }
}

/**
 * The elements of all roots that a selector names, but for those that are to be left alone (`data-asgi-reload="off"`).
 * @param {string} selector
 * @returns {Generator<Element, void>}
 */
export function* elements(selector) {
  for (const root of roots()) {
    for (const element of root.querySelectorAll(selector)) {
      if (!element.closest('[data-asgi-reload="off"]')) {
        yield element;
      }
    }
  }
}
