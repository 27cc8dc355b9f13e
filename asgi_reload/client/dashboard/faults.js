/**
 * A problem's exceptions, one after another, with the frames as the overlay shows them. Where only the record is known, and
 * no source, its places.
 */

import { folded } from "../folding.js";
import { frames } from "../frames.js";
import { element } from "./dom.js";

/** @typedef {import("./status.js").Fault} Fault */
/** @typedef {import("./status.js").Frame} Frame */
/** @typedef {import("./status.js").Problem} Problem */

const LINKS = /** @type {Record<string, string>} */ ({ cause: "caused by", context: "while handling", member: "one of them" });
/** Of a place in the record. */
const NO_SOURCE = { owner: "", first: 1, source: [], columns: null, marks: [], href: "" };

/** @param {Problem} problem @returns {HTMLElement[]} */
export function faultsOf({ faults, frames: places = [], traceback = "" }) {
  const parts = faults?.flatMap((fault, index) => faultOf(fault, index === 0)) ?? framesOf(places, true);
  const whole = folded("as Python tells it", () => [element("pre", { class: "plain", tabindex: "0" }, traceback)]);
  return traceback === "" ? parts : [...parts, whole];
}

/** @param {Fault} fault @param {boolean} isFirst */
function faultOf({ title, notes, hint = "", link, more, frames: calls }, isFirst) {
  const words = [hint, notes, more > 0 ? `and ${more} more` : ""].filter((text) => text !== "");
  return [
    ...(isFirst ? [] : [element("h3", {}, `${LINKS[link] ?? ""} ${title}`.trim())]),
    ...words.map((text) => element("p", { class: "dim" }, text)),
    ...framesOf(calls, isFirst),
  ];
}

/** @param {Frame[]} calls @param {boolean} isMain */
function framesOf(calls, isMain) {
  return calls.length === 0 ? [] : [frames(calls.map((call) => ({ ...NO_SOURCE, ...call })), isMain)];
}
