/**
 * The stages of a save as bars to scale: how long until it had settled, was applied, decided, published, and on screen.
 */

import { element, measure, say, set, show } from "./dom.js";
import { duration, onScreen } from "./words.js";

/** @typedef {import("./status.js").Entry} Entry */
/** @typedef {{ name: string, kind: string, ms: number }} Stage */

export const STAGES = /** @type {const} */ (["settle", "apply", "decide", "publish", "screen"]);
const LABELS = { settle: "settled", apply: "applied", decide: "decided", publish: "published", screen: "on screen" };
/** What the full width of a bar may stand for, in ms. */
const SCALES = [25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
/** Of the saves that are shown, so many fit wholly. */
const SHARE = 0.8;

/** @param {Entry} entry @returns {Stage[]} in the order in which they come */
export function stagesOf(entry) {
  const { settle, apply = 0, decide, publish } = entry.ms;
  const times = { settle, apply: entry.python === null ? null : apply, decide, publish, screen: onScreen(entry) };
  return STAGES.flatMap((kind) => {
    const ms = times[kind];
    return ms === null ? [] : [{ name: LABELS[kind], kind, ms }];
  });
}

/** @param {Entry} entry @returns {number} ms from the save until it was on screen, or told */
export function total(entry) {
  return stagesOf(entry).reduce((sum, { ms }) => sum + ms, 0);
}

/**
 * What one width should stand for, so that most of these fit.
 * @param {number[]} totals in ms @returns {number} ms
 */
export function scaleFor(totals) {
  const ordered = [...totals].sort((a, b) => a - b);
  const most = ordered[Math.floor((ordered.length - 1) * SHARE)] ?? 0;
  return SCALES.find((scale) => scale >= most) ?? most;
}

/** One line of all stages, one after another; its width is the list's `--scale`. */
export class StageBar {
  #segments = STAGES.map((kind) => element("span", { class: `stage ${kind}` }));
  node = element("span", { class: "bar", "aria-hidden": "true" }, ...this.#segments);

  /** @param {Entry} entry */
  show(entry) {
    const stages = new Map(stagesOf(entry).map((stage) => [stage.kind, stage]));

    STAGES.forEach((kind, index) => {
      const segment = /** @type {HTMLElement} */ (this.#segments[index]);
      const stage = stages.get(kind);
      show(segment, stage !== undefined && stage.ms > 0);
      measure(segment, "--ms", stage?.ms ?? 0);
    });
    set(this.node, "title", [...stages.values()].map(({ name, ms }) => `${name} ${duration(ms)}`).join(" · "));
  }
}

/**
 * All stages, a row for each, in the table of an opened save.
 * @param {Entry} entry @returns {HTMLTableSectionElement}
 */
export function stageRows(entry) {
  const body = element("tbody");
  let start = 0;

  for (const { name, kind, ms } of stagesOf(entry)) {
    const bar = element("span", { class: `stage ${kind}` });
    measure(bar, "--from", start);
    measure(bar, "--ms", ms);
    body.append(
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        element("td", { class: "track" }, bar),
        element("td", { class: "number" }, duration(ms)),
      ),
    );
    start += ms;
  }

  return body;
}

/** What the colours stand for, and what the full width does. @param {HTMLElement} node @param {number} scale */
export function showLegend(node, scale) {
  if (node.childElementCount === 0) {
    const keys = STAGES.map((kind) => element("span", { class: `key ${kind}` }, LABELS[kind]));
    node.append(...keys, element("span", { class: "scale" }));
  }

  say(/** @type {Element} */ (node.lastElementChild), `full width = ${duration(scale)}`);
}
