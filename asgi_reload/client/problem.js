/**
 * One problem as an article: what, where, the hint, the user's own frames with their source, the rest folded.
 * `asgi_reload/html/failure_page.py` says the same in HTML; both are dressed by `problem.css`.
 */

import { copyButton } from "./copying.js";
import { make } from "./elements.js";
import { frames } from "./frames.js";
import { folded } from "./folding.js";

/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {import("./problems.js").Fault} Fault */

const LINKS = { cause: "caused by", context: "while handling", member: "one of them", "": "" };
/** Exceptions whose frames are shown at once; those of others are a click away. */
const MOST_OPEN = 5;
const DEEPEST = 4;
const KIND = /^([\p{L}_][\p{L}\p{N}_.]{0,99})(: |$)/u;

/**
 * @param {Problem} problem @param {string} id of its heading
 * @returns {HTMLElement}
 */
export function problemView(problem, id) {
  const heading = make("h2", { class: "title", id }, titleParts(problem.title));
  const top = make("div", { class: "top" }, [heading, ...(problem.traceback === "" ? [] : [copyButton(problem.traceback)])]);
  const [first, ...others] = problem.faults;
  const parts = [top, whereabouts(problem), ...(first === undefined ? [] : faultParts(first, true))];
  others.forEach((fault, number) => parts.push(faultView(fault, number + 1 < MOST_OPEN)));
  parts.push(...whole(problem.traceback));
  return make("article", { class: "problem", "aria-labelledby": id }, parts);
}

/** @param {string} title */
export function titleParts(title) {
  const kind = KIND.exec(title)?.[1] ?? "";
  return kind === "" ? [title] : [make("span", { class: "kind" }, [kind]), title.slice(kind.length)];
}

/** Where it was, and how often. @param {Problem} problem */
export function whereabouts({ where, detail, count, faults }) {
  const isTold = faults.some(({ frames: calls }) => calls.length > 0);
  /** @type {[string, string][]} */
  const parts = [["request", where], ["detail", isTold ? "" : detail], ["times", count > 1 ? `${count} times` : ""]];
  const spans = parts.flatMap(([name, text]) => (text === "" ? [] : [make("span", { class: name }, [text])]));
  return make("p", { class: "where" }, spans);
}

/** @param {Fault} fault @param {boolean} isOpen */
function faultView(fault, isOpen) {
  const link = make("span", { class: "link" }, [LINKS[fault.link] ?? ""]);
  const heading = make("h3", {}, [link, ...titleParts(fault.title)]);
  const parts = isOpen ? faultParts(fault, false) : [folded("how it came to that", () => faultParts(fault, false))];
  return make("section", { class: `fault depth-${Math.min(Math.max(fault.depth, 0), DEEPEST)}` }, [heading, ...parts]);
}

/** @param {Fault} fault @param {boolean} isMain */
function faultParts({ hint = "", notes, frames: calls, more }, isMain) {
  return [
    ...(hint === "" ? [] : [make("p", { class: "hint" }, [hint])]),
    ...(notes === "" ? [] : [make("p", { class: "notes" }, [notes])]),
    ...(calls.length === 0 ? [] : [frames(calls, isMain)]),
    ...(more === 0 ? [] : [make("p", { class: "more" }, [`and ${more} more`])]),
  ];
}

/** @param {string} traceback */
function whole(traceback) {
  if (traceback === "") {
    return [];
  }

  const fold = folded("as Python tells it", () => [
    make("pre", { class: "plain", tabindex: "0", role: "group", "aria-label": "Traceback" }, [traceback]),
  ]);
  fold.classList.add("whole");
  return [fold];
}
