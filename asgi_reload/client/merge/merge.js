/**
 * diff3 for the DOM: what the server changed between two of its outputs is changed in the page, and nothing else is.
 * Every reason to refuse is found before the first write.
 */

import { align } from "./align.js";
import { Applier } from "./apply.js";
import { weight } from "./moving.js";
import { plan } from "./plan.js";
import { refuseDocument, refusePlan } from "./refusal.js";
import { recover } from "./replaced.js";
import { Controls } from "./state.js";

/** @typedef {import("./graft.js").Page} Page */
/** @typedef {import("./pairs.js").Pairs} Pairs */

/**
 * @typedef {object} Merged
 * @property {string | null} refusal why the page has to be loaded anew; nothing has been written then
 * @property {number} changes
 * @property {string[]} notes where the page is not what the server sent, on purpose
 */

/**
 * @param {Document} base tidied; equal to `next` afterwards, unless refused
 * @param {Document} next tidied; used up
 * @param {Pairs} pairs base ↔ page @param {Page} page
 * @param {Document | null} [again] the new version rendered once more, to tell noise in scripts
 * @returns {Merged}
 */
export function merge(base, next, pairs, page, again = null) {
  const refusal = refuseDocument(base, next, again);

  if (refusal) {
    return { refusal, changes: 0, notes: [] };
  }

  const todo = plan(base, next, align(base, next), (node) => weight(pairs.live(node)));

  if (todo.size === 0) {
    return { refusal: null, changes: 0, notes: [] };
  }

  const obstacle = refusePlan(base, todo, pairs, page) ?? recover(todo, pairs);

  if (obstacle) {
    return { refusal: obstacle, changes: 0, notes: [] };
  }

  const controls = new Controls(rootsOf(base, pairs, page), pairs, page.used);
  todo.commit(page.parser?.policy ?? null);
  const applier = new Applier(todo, pairs, page);
  applier.run();
  controls.restore();
  return { refusal: null, changes: todo.size, notes: applier.notes };
}

/**
 * The document and the shadow roots that the server declared.
 * @param {Document} base @param {Pairs} pairs @param {Page} page
 */
function rootsOf(base, pairs, page) {
  /** @type {(Document | ShadowRoot)[]} */
  const roots = [page.document];

  for (const template of base.querySelectorAll("template[shadowrootmode]")) {
    const live = pairs.live(template);

    if (live?.nodeType === Node.DOCUMENT_FRAGMENT_NODE) {
      roots.push(/** @type {ShadowRoot} */ (live));
    }
  }

  return roots;
}
