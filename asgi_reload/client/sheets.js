/**
 * Where a page's stylesheets come from: links, `@import` in links and `<style>`, sheets that scripts have adopted. Only what
 * is of the page's own origin and already in it.
 */

import { ownUrl } from "./paths.js";
import { elements, roots } from "./roots.js";

/**
 * An element whose styles depend on a URL. `imports` are the URLs between the element's own sheet and this one, and this one:
 * what a cache may hold beside the element's own.
 * @typedef {{ url: string, element: HTMLLinkElement | HTMLStyleElement, imports: string[] }} Use
 */

/** `@import` may be nested; a cycle is a browser's to end, not ours. */
const DEPTH = 8;

/**
 * Every URL that styles this page, with the element through which it does.
 * @param {(element: Element) => boolean} isOurs a clone that is still loading is not the page's
 * @returns {Use[]}
 */
export function sheetUses(isOurs) {
  /** @type {Use[]} */
  const uses = [];

  for (const element of elements('link[rel~="stylesheet" i][href], style')) {
    if (isOurs(element)) {
      continue;
    }
    if (element instanceof HTMLLinkElement) {
      const url = ownUrl(element.href);
      if (url !== null) {
        uses.push({ url, element, imports: [] }, ...importUses(element.sheet, element, [url]));
      }
    } else if (element instanceof HTMLStyleElement) {
      uses.push(...importUses(element.sheet, element, []));
    }
  }

  return uses;
}

/** @returns {Set<CSSStyleSheet>} what scripts have adopted, in the document and in shadow roots */
export function adoptedSheets() {
  /** @type {Set<CSSStyleSheet>} */
  const sheets = new Set();

  for (const root of roots()) {
    for (const sheet of root.adoptedStyleSheets ?? []) {
      sheets.add(sheet);
    }
  }

  return sheets;
}

/**
 * The rules of a sheet; none where the browser keeps them to itself (another origin, not loaded yet).
 * @param {CSSStyleSheet | null} sheet
 * @returns {Iterable<CSSRule>}
 */
export function rulesOf(sheet) {
  try {
    return sheet?.cssRules ?? [];
  } catch {
    return [];
  }
}

/**
 * @param {CSSStyleSheet | null} sheet @param {Use["element"]} element
 * @param {string[]} chain URLs from the element's own sheet down to this one
 * @returns {Use[]}
 */
function importUses(sheet, element, chain) {
  /** @type {Use[]} */
  const uses = [];

  for (const rule of rulesOf(sheet)) {
    if (!(rule instanceof CSSImportRule)) {
      // Imports stand first; only `@layer a, b;` may come between them.
      if ("nameList" in rule) {
        continue;
      }
      break;
    }
    const url = ownUrl(rule.href, sheet?.href ?? document.baseURI);
    if (url !== null && chain.length < DEPTH) {
      const imports = element instanceof HTMLLinkElement ? [...chain.slice(1), url] : [...chain, url];
      uses.push({ url, element, imports }, ...importUses(rule.styleSheet, element, [...chain, url]));
    }
  }

  return uses;
}
