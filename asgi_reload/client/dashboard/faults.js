/**
 * A problem's exceptions: the user's own frames with the lines around them, those of libraries folded.
 */

import { element } from "./dom.js";
import { counted } from "./words.js";

/** @typedef {import("./status.js").Fault} Fault */
/** @typedef {import("./status.js").Frame} Frame */
/** @typedef {import("./status.js").Problem} Problem */

const LINKS = /** @type {Record<string, string>} */ ({ cause: "caused by", context: "while handling", member: "one of them" });
/** An editor is opened by a scheme of its own; these would run something here. */
const RUNNING = /^\s*(javascript|data|vbscript|blob)\s*:/i;
const KINDS = new Set(["keyword", "string", "comment", "number", "name", "builtin", "decorator"]);

/** @param {Problem} problem @returns {HTMLElement[]} */
export function faultsOf({ faults, frames = [], traceback = "" }) {
  const parts = faults?.flatMap((fault, index) => faultOf(fault, index === 0)) ?? framesOf(frames);
  return traceback === "" ? parts : [...parts, folded("as Python tells it", source(traceback))];
}

/** @param {Fault} fault @param {boolean} isFirst */
function faultOf({ title, notes, hint = "", link, more, frames }, isFirst) {
  const words = [notes, hint, more > 0 ? `and ${more} more` : ""].filter((text) => text !== "");
  return [
    ...(isFirst ? [] : [element("h3", {}, `${LINKS[link] ?? ""} ${title}`.trim())]),
    ...words.map((text) => element("p", { class: "dim" }, text)),
    ...framesOf(frames),
  ];
}

/** @param {Frame[]} frames */
function framesOf(frames) {
  const own = frames.filter(({ owner = "" }) => owner === "");
  const foreign = frames.filter(({ owner = "" }) => owner !== "");
  const list = element("ol", { class: "plain" }, ...foreign.map((frame) => element("li", {}, place(frame))));
  const owners = [...new Set(foreign.map(({ owner }) => owner))].join(", ");
  return [
    ...own.map((frame) => element("div", { class: "frame" }, element("p", {}, place(frame)), ...excerpt(frame))),
    ...(foreign.length > 0 ? [folded(`${counted(foreign.length, "frame")} of ${owners}`, list)] : []),
  ];
}

/** @param {string} summary @param {HTMLElement} inside */
function folded(summary, inside) {
  return element("details", { class: "folded" }, element("summary", {}, summary), inside);
}

/** @param {string} text */
function source(text) {
  return element("pre", { tabindex: "0" }, text);
}

/** @param {Frame} frame */
function place({ file, line, name, href = "" }) {
  const text = `${file}, line ${line}${name ? ` in ${name}` : ""}`;
  return href === "" || RUNNING.test(href) ? element("span", {}, text) : element("a", { href, title: "Open in the editor" }, text);
}

/** @param {Frame} frame */
function excerpt({ line, first = 1, source: lines = [], marks = [] }) {
  if (lines.length === 0) {
    return [];
  }

  const rows = lines.map((text, index) => {
    const number = first + index;
    const code = element("code", {}, ...coloured(text, marks[index] ?? []));
    return element("span", { class: number === line ? "row here" : "row" }, element("i", {}, String(number)), code);
  });
  return [element("pre", { tabindex: "0", "aria-label": `Lines around line ${line}` }, ...rows)];
}

/**
 * @param {string} text @param {[number, number, string][]} marks sorted, not overlapping
 * @returns {(Node | string)[]}
 */
function coloured(text, marks) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let done = 0;

  for (const [start, end, kind] of marks) {
    parts.push(text.slice(done, start), element("span", KINDS.has(kind) ? { class: kind } : {}, text.slice(start, end)));
    done = end;
  }

  return [...parts, `${text.slice(done)}\n`];
}
