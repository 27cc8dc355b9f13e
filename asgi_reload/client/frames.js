/**
 * The calls of an exception, the last first: the user's own with their source, runs of a library's folded. Where all are a
 * library's, the last is shown.
 */

import { make } from "./elements.js";
import { excerpt } from "./excerpt.js";
import { folded } from "./folding.js";

/** @typedef {import("./problems.js").Frame} Frame */
/** @typedef {{ frames: Frame[], isShown: boolean }} Run */

/** Own calls whose source is shown at once: a recursion has many. */
const MOST_OPEN = 4;
/** Any scheme but those that run what they carry. */
const EDITOR = /^(?!javascript:|data:|vbscript:)[a-z][a-z0-9+.-]*:/i;

/**
 * @param {Frame[]} calls @param {boolean} isMain is the first of them the one to read?
 * @returns {HTMLElement}
 */
export function frames(calls, isMain) {
  const runs = runsOf(calls);
  const main = isMain ? runs.find(({ isShown }) => isShown) : undefined;
  const items = runs.map((run) => make("li", {}, run.isShown ? run.frames.flatMap((frame) => own(frame, run === main)) : [library(run.frames)]));
  return make("ol", { class: "frames" }, items);
}

/**
 * Calls that belong together: each own one for itself, up to a number; what is left of them, and libraries', in runs.
 * @param {Frame[]} calls
 * @returns {Run[]}
 */
export function runsOf(calls) {
  const isForeign = calls.every(({ owner }) => owner !== "");
  /** @type {Run[]} */
  const runs = [];
  let shown = 0;

  calls.forEach((frame, index) => {
    const isShown = (frame.owner === "" && shown < MOST_OPEN) || (isForeign && index === 0);
    const last = runs.at(-1);
    shown += isShown ? 1 : 0;

    if (isShown || last === undefined || last.isShown) {
      runs.push({ frames: [frame], isShown });
    } else {
      last.frames.push(frame);
    }
  });

  return runs;
}

/** @param {Frame} frame @param {boolean} isMain */
function own(frame, isMain) {
  const source = excerpt(frame, isMain);
  return source === null ? [placeOf(frame)] : [placeOf(frame), source];
}

/** @param {Frame[]} run */
function library(run) {
  return folded(countOf(run), () => [make("ol", { class: "places" }, run.map((frame) => make("li", {}, [placeOf(frame)])))]);
}

/** @param {Frame[]} run */
function countOf(run) {
  const owners = [...new Set(run.map(({ owner }) => owner || "your code"))].join(", ");
  return `${run.length} ${run.length === 1 ? "frame" : "frames"} of ${owners}`;
}

/** @param {Frame} frame */
function placeOf({ file, line, name, href = "" }) {
  const link = EDITOR.test(href) ? make("a", { class: "file", href }, [file]) : make("span", { class: "file" }, [file]);
  const call = name === "" ? [] : [" in ", make("span", { class: "function" }, [name])];
  return make("p", { class: "place" }, [link, `, line ${line}`, ...call]);
}
