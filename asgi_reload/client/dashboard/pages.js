/**
 * The pages that are connected, and for each a button that loads it anew.
 */

import { below, byId, element, say, set, show } from "./dom.js";
import { Rows } from "./rows.js";
import { duration, line, shortened, verdict } from "./words.js";

/** @typedef {import("./status.js").OpenPage} OpenPage */
/** @typedef {import("./status.js").Status} Status */

export class Pages {
  #section = byId("pages");
  #scroller = below(this.#section, ".scroller");
  #rows;

  /** @param {(page: string) => Promise<void>} reload */
  constructor(reload) {
    const body = below(this.#section, "tbody");
    const row = () => pageRow(reload);
    this.#rows = new Rows(body, (/** @type {OpenPage} */ page) => page.page, row, byId("pages-title"));
  }

  /** @param {Status} status */
  *show({ channel }) {
    const pages = [...channel.pages].sort((a, b) => a.since - b.since);
    say(below(this.#section, ".count"), String(pages.length));
    show(byId("no-pages"), pages.length === 0);
    show(this.#scroller, pages.length > 0);
    yield* this.#rows.show(pages);
  }
}

/**
 * @param {(page: string) => Promise<void>} reload
 * @returns {import("./rows.js").Row<OpenPage>}
 */
function pageRow(reload) {
  const url = element("span", { class: "path" });
  const browser = element("span", { class: "dim" });
  const transport = element("span");
  const seen = element("span", { class: "dim" });
  const outcome = element("span");
  const detail = element("span", { class: "dim" });
  const button = element("button", { type: "button", class: "quiet" }, "Reload");
  let id = "";
  button.addEventListener("click", () => void reload(id));

  return {
    node: element(
      "tr",
      {},
      element("th", { scope: "row" }, url, browser),
      element("td", {}, transport, seen),
      element("td", {}, outcome, detail),
      element("td", { class: "number" }, button),
    ),
    show(page) {
      id = page.page;
      const latency = page.latency === null || page.latency === undefined ? "" : ` · ${duration(page.latency)}`;
      say(url, shortened(page.url));
      set(url, "title", page.url);
      say(browser, page.browser ?? "");
      say(transport, line(page.transport));
      say(seen, (page.visible ? "visible" : "hidden") + latency);
      set(seen, "class", page.visible ? "dim seen" : "dim away");
      showLast(outcome, detail, page);
      set(button, "aria-label", `Reload this one: ${shortened(page.url)}`);
    },
  };
}

/** @param {HTMLElement} outcome @param {HTMLElement} detail @param {OpenPage} page */
function showLast(outcome, detail, { last }) {
  const { text, kind } = last === null ? { text: "none yet", kind: "other" } : verdict(last.outcome);
  say(outcome, text);
  set(outcome, "class", `chip ${kind}`);
  say(detail, last === null ? "" : [duration(last.ms), last.detail ?? ""].filter((part) => part !== "").join(", "));
}
