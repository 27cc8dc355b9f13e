/**
 * Images, shown anew wherever a page shows them: elements, `srcset`, styles, SVG, icons. Each is decoded before it is put in
 * place, so that nothing flickers; one that cannot be had leaves the old one.
 */

import { bestFits, fileName, fresh, ownUrl } from "./paths.js";
import { elements, roots } from "./roots.js";
import { rulesOf } from "./sheets.js";

/** @typedef {import("./update.js").Result} Result */

/**
 * A place where a URL stands: `write` puts another one there. `isDrawn` if it is an image that can be decoded beforehand.
 * @typedef {{ url: string, element: Element | null, isDrawn: boolean, write: (version: string) => void }} Use
 */

const DEADLINE_MS = 8000;

/** Attributes that hold one URL, by the elements that have them. */
const PLAIN = [
  { selector: "img[src], input[type=image i][src]", attribute: "src", isDrawn: true },
  { selector: "video[poster]", attribute: "poster", isDrawn: true },
  { selector: 'link[rel~="icon" i][href]', attribute: "href", isDrawn: false },
  { selector: "svg image[href]", attribute: "href", isDrawn: true },
  { selector: "svg image[*|href]", attribute: "xlink:href", isDrawn: true },
  { selector: "svg use[href]", attribute: "href", isDrawn: false },
  { selector: "svg use[*|href]", attribute: "xlink:href", isDrawn: false },
];
/** A URL and what follows it, up to the next candidate (HTML standard, section 4.8.4.2.1). */
const CANDIDATE = /([^\s,]\S*[^\s,]|[^\s,])(\s[^,]*)?/g;
const STYLE_URL = /url\((?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\)/g;

/**
 * Show these images anew.
 * @param {string[]} paths
 * @returns {Promise<Result>}
 */
export async function renewImages(paths) {
  const uses = [...attributeUses(), ...srcsetUses(), ...styleUses()];
  const found = new Set(paths.flatMap((path) => bestFits(uses, path)));

  if (found.size === 0) {
    return { outcome: "nothing", detail: "no image of this page" };
  }

  const version = Date.now().toString(36);
  const attempts = await Promise.all([...found].map((use) => renew(use, version)));
  const failed = attempts.filter(({ isFailed }) => isFailed).map(({ name }) => name);
  const detail = failed.length > 0 ? `${[...new Set(failed)].join(", ")} could not be loaded` : "";
  return { outcome: failed.length > 0 ? "failed" : "applied", detail, attempts };
}

/** @param {Use} use @param {string} version */
async function renew(use, version) {
  const url = fresh(use.url, version);
  const isGood = use.isDrawn ? await isDecoded(url) : await isThere(url);

  if (isGood) {
    use.write(version);
  }

  return { element: use.element, name: fileName(use.url), isFailed: !isGood };
}

/** @param {string} url */
async function isDecoded(url) {
  const image = new Image();
  image.src = url;
  /** @type {Promise<boolean>} */
  const late = new Promise((resolve) => setTimeout(() => resolve(false), DEADLINE_MS));
  const decoded = image.decode().then(
    () => true,
    () => false,
  );
  return Promise.race([decoded, late]);
}

/** @param {string} url */
async function isThere(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
    await response.arrayBuffer(); // it is in the cache then
    return response.ok;
  } catch {
    return false;
  }
}

/** @returns {Generator<Use>} */
function* attributeUses() {
  for (const { selector, attribute, isDrawn } of PLAIN) {
    for (const element of elements(selector)) {
      const value = element.getAttribute(attribute) ?? "";
      const url = value === "" ? null : ownUrl(value);
      if (url !== null && url.split("#")[0] !== location.href.split("#")[0]) {
        yield { url, element, isDrawn, write: (version) => rewrite(element, attribute, fresh(value, version)) };
      }
    }
  }
}

/** @returns {Generator<Use>} */
function* srcsetUses() {
  for (const element of elements("img[srcset], source[srcset]")) {
    for (const [, written = ""] of (element.getAttribute("srcset") ?? "").matchAll(CANDIDATE)) {
      const url = ownUrl(written);
      if (url !== null) {
        yield { url, element, isDrawn: true, write: (version) => rewriteSrcset(element, written, version) };
      }
    }
  }
}

/** @param {Element} element @param {string} written @param {string} version */
function rewriteSrcset(element, written, version) {
  const before = element.getAttribute("srcset") ?? "";
  const after = before.replace(CANDIDATE, (whole, url, rest = "") =>
    url === written ? `${fresh(url, version)}${rest}` : whole,
  );
  rewrite(element, "srcset", after);
}

/** @param {Element} element @param {string} attribute @param {string} value */
function rewrite(element, attribute, value) {
  const node = element.getAttributeNode(attribute);

  if (node !== null) {
    node.value = value;
  }
}

/** @returns {Generator<Use>} */
function* styleUses() {
  for (const element of elements('[style*="url(" i]')) {
    if (element instanceof HTMLElement || element instanceof SVGElement) {
      yield* declarationUses(element.style, document.baseURI, element);
    }
  }

  for (const root of roots()) {
    for (const sheet of [...root.styleSheets, ...(root.adoptedStyleSheets ?? [])]) {
      yield* ruleUses(rulesOf(sheet), sheet.href ?? document.baseURI);
    }
  }
}

/**
 * @param {Iterable<CSSRule>} rules @param {string} base what URLs in them are relative to
 * @returns {Generator<Use>}
 */
function* ruleUses(rules, base) {
  for (const rule of rules) {
    if (rule instanceof CSSImportRule) {
      yield* ruleUses(rulesOf(rule.styleSheet), rule.styleSheet?.href ?? base);
      continue;
    }
    if ("style" in rule && rule.style instanceof CSSStyleDeclaration) {
      yield* declarationUses(rule.style, base, null);
    }
    if ("cssRules" in rule) {
      yield* ruleUses(/** @type {CSSGroupingRule} */ (rule).cssRules, base);
    }
  }
}

/**
 * @param {CSSStyleDeclaration} style @param {string} base @param {Element | null} element
 * @returns {Generator<Use>}
 */
function* declarationUses(style, base, element) {
  const text = style.cssText;

  if (!text.includes("url(")) {
    return;
  }

  for (const match of text.matchAll(STYLE_URL)) {
    const written = match[1] ?? match[2] ?? match[3] ?? "";
    const url = written === "" ? null : ownUrl(written, base);
    if (url !== null) {
      yield { url, element, isDrawn: true, write: (version) => rewriteStyle(style, match[0], fresh(written, version)) };
    }
  }
}

/** @param {CSSStyleDeclaration} style @param {string} before `url(…)` as it stands @param {string} url */
function rewriteStyle(style, before, url) {
  style.cssText = style.cssText.replaceAll(before, `url("${url}")`);
}
