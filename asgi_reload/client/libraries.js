/**
 * Libraries that have to be told of new nodes. Most watch the document themselves; htmx is asked to look.
 */

import { isRecord } from "./messages.js";

/** After nodes came or changed: let what the page runs take notice of them. */
export function tellLibraries() {
  const htmx = /** @type {unknown} */ (Reflect.get(window, "htmx"));

  if ((typeof htmx === "function" || isRecord(htmx)) && "process" in htmx && typeof htmx.process === "function") {
    htmx.process(document.body);
  }
}
