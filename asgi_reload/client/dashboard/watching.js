/**
 * What is watched, and how; and the box that tells why a file is not.
 */

import { below, byId, element, say, show } from "./dom.js";
import { Rows } from "./rows.js";
import { counted } from "./words.js";

/** @typedef {import("./status.js").Watch} Watch */
/** @typedef {import("./server.js").Server} Server */

export class Watching {
  #section = byId("watching");
  #problem = byId("watch-problem");
  #roots = new Rows(below(this.#section, "tbody"), (/** @type {Watch["roots"][0]} */ root) => root.path, rootRow);
  #noisy = new Rows(below(byId("noisy"), "ul"), (/** @type {string} */ path) => path, noisyRow);

  /** @param {Watch} watch */
  *show(watch) {
    say(below(this.#section, ".count"), counted(watch.files, "file"));
    say(this.#problem, watch.problem ?? "");
    show(this.#problem, watch.problem !== null);
    show(byId("noisy"), watch.noisy.length > 0);
    yield* this.#roots.show(watch.roots);
    yield* this.#noisy.show(watch.noisy);
  }
}

/** @returns {import("./rows.js").Row<Watch["roots"][0]>} */
function rootRow() {
  const path = element("th", { scope: "row", class: "path" });
  const how = element("td");
  return {
    node: element("tr", {}, path, how),
    show(root) {
      say(path, root.path === "." ? "the project" : root.path);
      say(how, root.reason === "" ? root.mode : `${root.mode}: ${root.reason}`);
    },
  };
}

/** @returns {import("./rows.js").Row<string>} */
function noisyRow() {
  const node = element("li", { class: "path" });
  return { node, show: (path) => say(node, path) };
}

/** The box that asks why a file was ignored. @param {Server} server */
export function ask(server) {
  const answer = byId("ignored-answer");
  const field = /** @type {HTMLInputElement} */ (byId("ignored-path"));

  byId("ignored").addEventListener("submit", async (event) => {
    event.preventDefault();
    const path = field.value.trim();

    if (path !== "") {
      const verdict = await server.ignored(path);
      say(answer, verdict === null ? "The server does not answer." : told(verdict));
    }
  });
}

/** @param {import("./server.js").Verdict} verdict */
function told({ path, watched, rule }) {
  if (watched) {
    return `${path} is watched${rule ? ` (${rule})` : ""}.`;
  }

  return `${path} is ignored: ${rule || "no rule names it"}.`;
}
