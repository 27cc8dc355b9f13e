/**
 * One save in the timeline: a line that says what it came to and why, and all that is known of it once it is opened.
 */

import { element, say, set, show } from "./dom.js";
import { Rows } from "./rows.js";
import { StageBar, stageRows, stagesOf, total } from "./stages.js";
import { chip, clock, duration, names, reason, rung, shortened, verdict } from "./words.js";

/** @typedef {import("./status.js").Entry} Entry */
/** @typedef {import("./status.js").Ack} Ack */

export class SaveRow {
  #time = element("time");
  #what = element("span", { class: "what" });
  #chips = element("span", { class: "chips" });
  #why = element("span", { class: "why" });
  #bar = new StageBar();
  #total = element("span", { class: "total" });
  #detail = new SaveDetail();
  #details = element(
    "details",
    {},
    element("summary", {}, this.#time, this.#what, this.#chips, this.#why, this.#bar.node, this.#total),
    this.#detail.node,
  );
  /** @type {Entry | null} */
  #entry = null;
  node = element("li", { class: "save" }, this.#details);

  constructor() {
    this.#details.addEventListener("toggle", () => this.#open());
  }

  /** @param {Entry} entry */
  show(entry) {
    const took = total(entry);
    this.#entry = entry;
    set(this.node, "data-kind", rung(entry).kind);
    set(this.#time, "datetime", new Date(entry.at * 1000).toISOString());
    say(this.#time, clock(entry.at));
    say(this.#what, names(entry));
    say(this.#why, reason(entry));
    say(this.#total, duration(took));
    this.#bar.show(entry);
    showChips(this.#chips, entry);
    this.#open();
  }

  #open() {
    if (this.#entry !== null && this.#details.open) {
      this.#detail.show(this.#entry);
    }
  }
}

/** @param {HTMLElement} parent @param {Entry} entry */
function showChips(parent, entry) {
  const main = rung(entry);
  const differs = (entry.audit?.length ?? 0) > 0;
  const chips = [main, ...entry.steps.map(({ type }) => chip(type)), ...(differs ? [{ text: "audit differs", kind: "failure" }] : [])];
  const texts = [...new Map(chips.map((one) => [one.text, one])).values()];
  const seen = texts.map(({ text }) => text).join("\n");

  if (parent.dataset.seen !== seen) {
    parent.dataset.seen = seen;
    parent.replaceChildren(...texts.map(({ text, kind }) => element("span", { class: `chip ${kind}` }, text)));
  }
}

/** What is below the line: the whole of it, the stages, the files, what became of it on each page. */
class SaveDetail {
  #line = element("p", { class: "told" });
  #stages = element("table", { class: "stages" });
  #files = element("ul", { class: "files" });
  #audit = element("p", { class: "audit" });
  #pages = element("tbody");
  #table = element("table", { class: "acks" }, head("Page", "Came to", "Took #", "On screen after #", "Because"), this.#pages);
  #rows = new Rows(this.#pages, (/** @type {Ack} */ ack) => ack.page, ackRow);
  #seen = "";
  node = element("div", { class: "detail" }, this.#line, this.#stages, this.#files, this.#table, this.#audit);

  /** @param {Entry} entry */
  show(entry) {
    say(this.#line, [entry.line ?? "", ...entry.problems].filter((text) => text !== "").join("\n"));
    say(this.#audit, audited(entry));
    show(this.#audit, entry.python !== null);
    show(this.#table, entry.pages.length > 0);
    this.#outline(entry);

    for (const _ of this.#rows.show(entry.pages)) {
      // a save has few pages: the server names 64 at most
    }
  }

  /** @param {Entry} entry */
  #outline(entry) {
    const stages = stagesOf(entry);
    const seen = JSON.stringify([stages, entry.changes]);

    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#stages.style.setProperty("--scale", String(Math.max(total(entry), 0.1)));
      this.#stages.replaceChildren(
        element("caption", { class: "unseen" }, "What took how long"),
        head("Stage", "From save to screen", "Took #"),
        stageRows(entry),
      );
      this.#files.replaceChildren(...entry.changes.map(file), ...rest(entry.more));
    }
  }
}

/** @param {string[]} titles one that ends in # stands above figures */
function head(...titles) {
  const cells = titles.map((title) => {
    const isNumber = title.endsWith(" #");
    return element("th", { scope: "col", class: isNumber ? "number" : null }, isNumber ? title.slice(0, -2) : title);
  });
  return element("thead", {}, element("tr", {}, ...cells));
}

/** @param {{ path: string, kind: string }} change */
function file({ path, kind }) {
  return element("li", {}, element("code", {}, path), ` ${kind}`);
}

/** @param {number} more */
function rest(more) {
  return more > 0 ? [element("li", {}, `and ${more} more`)] : [];
}

/** @param {Entry} entry @returns {string} */
function audited({ audit }) {
  if (audit === null) {
    return "Not compared with a clean process.";
  }

  return audit.length === 0 ? "Compared with a clean process: the same." : `A clean process differs: ${audit.join("; ")}`;
}

/** @returns {import("./rows.js").Row<Ack>} */
function ackRow() {
  const url = element("th", { scope: "row", class: "path" });
  const outcome = element("span");
  const took = element("td", { class: "number" });
  const arrived = element("td", { class: "number" });
  const because = element("td");
  return {
    node: element("tr", {}, url, element("td", {}, outcome), took, arrived, because),
    show(ack) {
      const { text, kind } = verdict(ack.outcome);
      say(url, shortened(ack.url || ack.page));
      say(outcome, text);
      set(outcome, "class", `chip ${kind}`);
      say(took, duration(ack.ms));
      say(arrived, ack.arrived === undefined ? "" : duration(ack.arrived));
      say(because, ack.detail);
    },
  };
}
