/**
 * The end of what the pages' consoles said, newest first, from a level up; and the documents that were left alone.
 */

import { below, byId, element, say, set, show } from "./dom.js";
import { Rows } from "./rows.js";
import { clock, shortened } from "./words.js";

/** @typedef {import("./status.js").Words} Words */
/** @typedef {import("./status.js").Skipped} Skipped */

const LEVELS = ["debug", "log", "info", "warning", "error"];

export class ConsoleTail {
  #section = byId("console");
  #list = below(this.#section, "ol");
  #level = /** @type {HTMLSelectElement} */ (byId("level"));
  #rows = new Rows(this.#list, keyOf, wordsRow, byId("console-title"));
  /** @type {Words[]} */
  #words = [];

  /** @param {() => void} changed another level is asked for */
  constructor(changed) {
    this.#level.addEventListener("change", changed);
  }

  /** @param {Words[]} words newest first */
  *show(words) {
    this.#words = words;
    yield* this.sift();
  }

  *sift() {
    const least = LEVELS.indexOf(this.#level.value);
    const shown = this.#words.filter(({ level }) => LEVELS.indexOf(level) >= least);
    say(below(this.#section, ".count"), String(shown.length));
    show(byId("no-words"), shown.length === 0);
    show(this.#list, shown.length > 0);
    yield* this.#rows.show(shown);
  }
}

/** @param {Words} words */
function keyOf({ at, page, level, text, place }) {
  return JSON.stringify([at, page, level, text, place]);
}

/** @returns {import("./rows.js").Row<Words>} */
function wordsRow() {
  const level = element("span");
  const text = element("span", { class: "text" });
  const where = element("span", { class: "dim" });
  return {
    node: element("li", {}, level, text, where),
    show(words) {
      say(level, words.level);
      set(level, "class", `chip ${words.level}`);
      say(text, words.text);
      const times = words.count > 1 ? `${words.count} times` : "";
      say(where, [clock(words.at), shortened(words.url), words.place, times].filter((part) => part !== "").join(" · "));
    },
  };
}

export class SkippedDocuments {
  #section = byId("skipped");
  #rows = new Rows(below(this.#section, "tbody"), (/** @type {Skipped} */ { url, why }) => `${url}\n${why}`, skippedRow);

  /** @param {Skipped[]} skipped */
  *show(skipped) {
    show(this.#section, skipped.length > 0);
    say(below(this.#section, ".count"), String(skipped.length));
    yield* this.#rows.show(skipped);
  }
}

/** @returns {import("./rows.js").Row<Skipped>} */
function skippedRow() {
  const url = element("th", { scope: "row", class: "path" });
  const why = element("td");
  const count = element("td", { class: "number" });
  return {
    node: element("tr", {}, url, why, count),
    show(skipped) {
      say(url, skipped.url);
      say(why, skipped.why);
      say(count, String(skipped.count));
    },
  };
}
