/**
 * Stylesheets that scripts have fetched or imported and then adopted. A constructed sheet has no URL, so it is known by its
 * rules: those that the last text in the browser's cache would give.
 */

import { bestFits, ownUrl } from "./paths.js";
import { adoptedSheets } from "./sheets.js";

/**
 * Give adopted sheets their new text.
 * @param {string} path a stylesheet that changed
 * @returns {Promise<"applied" | "nothing" | "unknown">} unknown: a script has loaded it, and where it went cannot be told
 */
export async function replaceAdopted(path) {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => ({ url: ownUrl(name) ?? "" }));
  const [use] = bestFits(loaded.filter(({ url }) => url !== ""), path);

  if (use === undefined) {
    return "nothing";
  }

  const before = await textOf(use.url, "only-if-cached");
  const sheets = before === null ? [] : [...adoptedSheets()].filter(hasRulesOf(before));
  const now = sheets.length > 0 ? await textOf(use.url, "reload") : null;

  if (now === null) {
    return "unknown";
  }

  for (const sheet of sheets) {
    sheet.replaceSync(now);
  }

  return "applied";
}

/**
 * @param {string} url @param {RequestCache} cache
 * @returns {Promise<string | null>}
 */
async function textOf(url, cache) {
  try {
    const response = await fetch(url, { cache, mode: "same-origin" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @returns {(sheet: CSSStyleSheet) => boolean}
 */
function hasRulesOf(text) {
  const model = new CSSStyleSheet();
  model.replaceSync(text);
  const rules = serialized(model);
  return (sheet) => rules !== "" && serialized(sheet) === rules;
}

/** @param {CSSStyleSheet} sheet */
function serialized(sheet) {
  return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
}
