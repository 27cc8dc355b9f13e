/**
 * What a page says of an update, in the words that the terminal, the pill and the record use. Pure.
 */

/** @typedef {import("./protocol.js").Step} Step */

/** Names that fit into a line. */
const NAMES = 3;
/** Steps that a page takes where it is. */
const DONE = new Set(["css", "images", "patch"]);

/**
 * Why, in the words of the first step that has any.
 * @param {readonly Step[]} steps
 * @returns {string}
 */
export function reasonOf(steps) {
  const reasons = steps.flatMap((step) => ("reason" in step && step.reason !== "" ? [step.reason] : []));
  return reasons[0] ?? `${namesOf(steps)} changed`;
}

/**
 * What an update came to: `updated in 23 ms: css main.css, patch index.html`.
 * @param {readonly Step[]} steps @param {string} outcome @param {number} ms @param {string} detail
 * @returns {string}
 */
export function resultOf(steps, outcome, ms, detail) {
  const done = steps.flatMap((step) => (DONE.has(step.type) ? [`${step.type} ${namesOf([step]) || reasonOf([step])}`] : []));
  return outcome === "applied" ? `updated in ${Math.max(1, Math.round(ms))} ms: ${done.join(", ")}` : `${outcome}: ${detail}`;
}

/**
 * The files, as few as fit into a line.
 * @param {readonly Step[]} steps
 * @returns {string}
 */
export function namesOf(steps) {
  const names = [...new Set(steps.flatMap(({ paths }) => paths.map((path) => path.split("/").at(-1) ?? path)))];
  const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : "";
  return names.slice(0, NAMES).join(", ") + more;
}

/**
 * Why a page goes on no longer by itself, and what would help.
 * @param {"reloaded" | "updated"} what @param {number} times @param {number} seconds
 * @param {readonly string[]} files that were saved; the first is the likeliest to be the cause
 * @returns {string}
 */
export function circleOf(what, times, seconds, [file]) {
  const stopped = `stopped: ${what} ${times} times in ${seconds} s`;
  return file === undefined
    ? `${stopped}; does loading this page change a watched file?`
    : `${stopped} because of ${file}; if loading this page writes it, add ignore=[${JSON.stringify(file)}]`;
}
