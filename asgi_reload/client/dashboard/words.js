/**
 * Figures and names as people read them. Pure: values in, text out.
 */

/** @typedef {import("./status.js").Entry} Entry */
/** @typedef {{ text: string, kind: string }} Chip what a stylesheet has a colour for, and its name */

/** Names of files that a line has room for. */
const MAX_NAMES = 3;
const KINDS = new Set(["css", "images", "patch", "reload", "restart", "failure", "recovered"]);
/** The page's rungs, the strongest first. */
const STRENGTH = ["failure", "restart", "reload", "patch", "images", "css", "recovered"];
const LABELS = new Map([
  ["images", "image"],
  ["failure", "failed"],
  ["restart", "restart needed"],
  ["refused", "restart needed"],
]);

/** @param {number} value in ms @returns {string} */
export function duration(value) {
  if (value >= 1000) {
    return `${(value / 1000).toFixed(2)} s`;
  }

  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ms`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** @param {number} at seconds of the wall clock @returns {string} */
export function clock(at) {
  return CLOCK.format(at * 1000);
}

/** @param {number} count @param {string} one @param {string} [many] @returns {string} */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** @param {Entry} entry @returns {string} what was saved */
export function names(entry) {
  const shown = entry.changes.slice(0, MAX_NAMES).map(({ path }) => path);
  const rest = entry.changes.length + entry.more - shown.length;
  return shown.length === 0 ? "without a save" : shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** @param {Entry} entry @returns {Chip} how far the server had to climb, where its code was saved; else the page */
export function rung(entry) {
  const server = entry.python?.rung;
  const page = STRENGTH.find((type) => entry.steps.some((step) => step.type === type));

  if (server !== undefined && server !== "nothing") {
    return chip(server);
  }

  return page === undefined ? { text: "nothing", kind: "nothing" } : chip(page);
}

/** @param {string} name @returns {Chip} */
export function chip(name) {
  const kinds = /** @type {Record<string, string>} */ ({ "re-execute": "again", "new worker": "worker", failed: "failure" });
  return { text: LABELS.get(name) ?? name, kind: kinds[name] ?? (KINDS.has(name) ? name : "other") };
}

/**
 * Why it came to that, in a sentence: the terminal's own line, less the names and the time that stand beside it.
 * @param {Entry} entry @returns {string}
 */
export function reason(entry) {
  const line = (entry.line ?? "").split("\n", 1)[0] ?? "";
  const told = line.replace(/, \d+ ms$/, "");
  const start = entry.changes.length > 0 ? told.indexOf(": ") : -1;
  return (start < 0 ? told : told.slice(start + 2)) || fallback(entry);
}

/** @param {Entry} entry */
function fallback(entry) {
  const said = entry.python?.reason || entry.steps.map((step) => step.reason).find((text) => text !== "");
  return said ?? (entry.steps.length === 0 ? "nothing to do" : "");
}

/** What became of an update on a page, in words. @type {Record<string, string>} */
const VERDICTS = {
  applied: "updated",
  nothing: "not concerned",
  reload: "reloaded",
  offered: "update offered",
  refused: "refused",
  failed: "failed",
};

/** @param {string} outcome @returns {Chip} */
export function verdict(outcome) {
  return { text: VERDICTS[outcome] ?? outcome, kind: outcome in VERDICTS ? outcome : "other" };
}

/** @param {string} transport @returns {string} */
export function line(transport) {
  return { ws: "WebSocket", sse: "event stream" }[transport] ?? (transport || "no line");
}

/** @param {Entry} entry @returns {number | null} ms from publishing until the last page had it, as far as they said so */
export function onScreen(entry) {
  const arrivals = entry.pages.map(({ arrived, ms }) => arrived ?? ms);
  return arrivals.length === 0 ? null : Math.max(...arrivals);
}

/** @param {string} url @returns {string} without the origin, where it is ours */
export function shortened(url) {
  return url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url;
}
