/**
 * The saves, newest first: filtered by words, opened, exported. The newest is said aloud.
 */

import { below, byId, measure, say, show } from "./dom.js";
import { download } from "./download.js";
import { SaveRecord, matches } from "./record.js";
import { Rows } from "./rows.js";
import { SaveRow } from "./save.js";
import { scaleFor, showLegend, total } from "./stages.js";
import { names, reason } from "./words.js";

/** @typedef {import("./status.js").Entry} Entry */
/** @typedef {import("./status.js").Status} Status */

/** Of so many newest saves the scale is made. */
const SCALED = 50;

export class Timeline {
  #list = below(byId("timeline"), "ol");
  #count = below(byId("timeline"), ".count");
  #filter = /** @type {HTMLInputElement} */ (byId("filter"));
  #newest = byId("newest");
  #rows = new Rows(this.#list, (/** @type {[string, Entry]} */ [key]) => key, saveRow, byId("timeline-title"));
  #boot = "";
  #last = "";

  /** @param {SaveRecord} record */
  constructor(record) {
    this.record = record;
    this.#filter.addEventListener("input", () => this.#sift());
    byId("export").addEventListener("click", () => this.#export());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Status} status */
  *show(status) {
    this.#boot = status.boot;
    this.record.add(status.boot, status.timeline);
    const all = this.record.all;
    show(byId("no-saves"), all.length === 0);
    show(byId("legend"), all.length > 0);
    this.#scale(all);
    yield* this.#rows.show(all);
    this.#sift();
    this.#announce(all);
  }

  /** @returns {[string, Entry][]} what passes the filter */
  get shown() {
    const filter = this.#filter.value.trim();
    return this.record.all.filter(([, entry]) => filter === "" || matches(entry, filter));
  }

  #sift() {
    const all = this.record.all;
    const passed = new Set(this.shown.map(([key]) => key));

    for (const [key] of all) {
      const node = this.#rows.node(key);
      if (node !== undefined) {
        show(node, passed.has(key));
      }
    }

    const isWhole = passed.size === all.length;
    say(this.#count, isWhole ? String(all.length) : `${passed.size} of ${all.length}`);
  }

  /** @param {[string, Entry][]} all */
  #scale(all) {
    const scale = scaleFor(all.slice(0, SCALED).map(([, entry]) => total(entry)));
    measure(this.#list, "--scale", scale);
    showLegend(byId("legend"), scale);
  }

  /** @param {[string, Entry][]} all */
  #announce(all) {
    const [key, entry] = all[0] ?? ["", null];

    if (entry !== null && key !== this.#last) {
      // What was there when the dashboard was opened is no news.
      say(this.#newest, this.#last === "" ? "" : `${names(entry)}: ${reason(entry)}`);
    }

    this.#last = key || "none";
  }

  #export() {
    const filter = this.#filter.value.trim();
    const saves = this.shown.map(([, entry]) => entry);
    download(`asgi-reload-${this.#boot.slice(0, 8)}.json`, { boot: this.#boot, filter, saves });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;

    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.#filter.select();
    }
  }
}

/** @returns {import("./rows.js").Row<[string, Entry]>} */
function saveRow() {
  const row = new SaveRow();
  return { node: row.node, show: ([, entry]) => row.show(entry) };
}
