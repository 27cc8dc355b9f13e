/**
 * What has gone wrong in a page, in words: an error that nobody caught, a promise that nobody looked after, a file that did
 * not come, a line for the console. Pure, but for the address of the page.
 */

import { headOf, printed, shown } from "./values.js";

/** @typedef {import("./protocol.js").Level} Level */

/** @typedef {{ level: Level, text: string, place: string }} Trouble */

/** @typedef {{ level: Level, args: unknown[], from: Error }} Call of a method of the console, and where it came by */

/** Calls below the first; a page tells no more of a stack. */
const MOST_CALLS = 8;
const OURS = "[asgi-reload]";
const UNCAUGHT = /^Uncaught (?:\(in promise\) )?/;
const CALL = /[a-z-]+:\/\/[^\s()]+:\d+:\d+/i;

/**
 * @param {Event | Call} what `boot.js` has met
 * @param {string} base our own address, which is nobody's trouble
 * @returns {Trouble | null} null for what is none, or not this origin's
 */
export function troubleOf(what, base) {
  if (!(what instanceof Event)) {
    const text = printed(what.args);
    return text.startsWith(OURS) ? null : spoken(what, text, base);
  }

  if (what instanceof ErrorEvent) {
    return uncaught(what);
  }

  if (what instanceof PromiseRejectionEvent) {
    return unhandled(what.reason);
  }

  return what.target instanceof Element ? missing(what.target, base) : null;
}

/** @param {Call} call @param {string} text @param {string} base @returns {Trouble} */
function spoken({ level, args, from }, text, base) {
  const place = placesOf(from).find((one) => !one.startsWith(`${base}/`)) ?? "";
  return { level, text: withCalls(text, args.find(isError)), place };
}

/** @param {ErrorEvent} event @returns {Trouble} */
function uncaught({ error, message, filename, lineno, colno }) {
  const head = isError(error) ? headOf(error) : message.replace(UNCAUGHT, "");
  const place = filename === "" ? "" : `${local(filename)}:${lineno}:${colno}`;
  return { level: "error", text: withCalls(head, error), place };
}

/** @param {unknown} reason @returns {Trouble} */
function unhandled(reason) {
  const head = isError(reason) ? headOf(reason) : shown(reason);
  const [place = ""] = isError(reason) ? placesOf(reason) : [];
  return { level: "error", text: withCalls(`unhandled rejection: ${head}`, reason), place };
}

/** @param {Element} element @param {string} base @returns {Trouble | null} */
function missing(element, base) {
  const [what, address] = fileOf(element);

  if (address === "" || !URL.canParse(address)) {
    return null;
  }

  const { origin, pathname } = new URL(address);
  const isOurs = pathname === base || pathname.startsWith(`${base}/`);
  return origin === location.origin && !isOurs ? { level: "error", text: `${what} could not be loaded`, place: pathname } : null;
}

/** @param {Element} element @returns {[string, string]} what it stands for, and its URL */
function fileOf(element) {
  if (element instanceof HTMLScriptElement) {
    return [element.type === "module" ? "module" : "script", element.src];
  }

  if (element instanceof HTMLLinkElement) {
    return [element.relList.contains("stylesheet") ? "stylesheet" : element.rel, element.href];
  }

  return element instanceof HTMLImageElement ? ["image", element.currentSrc || element.src] : ["", ""];
}

/**
 * The text, and below it the calls that led there, where they tell more than its place.
 * @param {string} text @param {unknown} error
 */
function withCalls(text, error) {
  const calls = isError(error) ? callsOf(error) : [];
  return calls.length > 1 ? [text, ...calls.slice(0, MOST_CALLS)].join("\n") : text;
}

/** @param {Error} error */
function callsOf({ stack }) {
  const lines = typeof stack === "string" ? stack.split("\n", 100) : [];
  return lines.filter((line) => CALL.test(line)).map((line) => local(line.trim()));
}

/** @param {Error} error */
function placesOf(error) {
  return callsOf(error).map((call) => call.replace(/^.*[\s(@]/, "").replace(/\)$/, ""));
}

/** @param {string} text @returns {string} with addresses of this origin as paths, and without queries */
function local(text) {
  return text.replaceAll(location.origin, "").replace(/[?#][^\s():]*/g, "");
}

/** @param {unknown} value @returns {value is Error} */
function isError(value) {
  return value instanceof Error || (typeof DOMException === "function" && value instanceof DOMException);
}
