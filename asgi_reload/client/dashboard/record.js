/**
 * All saves that the dashboard has seen while it is open: the server keeps fewer, and another life of it none. Pure.
 */

import { names, rung } from "./words.js";

/** @typedef {import("./status.js").Entry} Entry */
/** @typedef {import("../storage.js").TabStorage} TabStorage */

/** Saves that are kept, the newest. */
export const MAX_KEPT = 500;
/** Of those, what a tab remembers while the page is loaded anew. In characters. */
const MAX_REMEMBERED = 1_000_000;
const REMEMBERED = "asgi-reload:saves";

export class SaveRecord {
  /** @type {Map<string, Entry>} by key, newest first */
  #entries = new Map();

  /** @param {Iterable<readonly [string, Entry]>} [earlier] newest first */
  constructor(earlier = []) {
    this.#entries = new Map([...earlier].slice(0, MAX_KEPT));
  }

  /**
   * @param {string} boot the life of the server that tells
   * @param {Entry[]} entries newest first
   */
  add(boot, entries) {
    const told = /** @type {[string, Entry][]} */ (entries.map((entry) => [keyOf(boot, entry), entry]));
    this.#entries = new Map([...told, ...kept(this.#entries, told)].slice(0, MAX_KEPT));
  }

  /** @returns {[string, Entry][]} by key, newest first */
  get all() {
    return [...this.#entries];
  }

  /** Have the tab remember them: the page is about to go. @param {TabStorage} storage */
  remember(storage) {
    let room = MAX_REMEMBERED;
    const kept = this.all.filter((pair) => (room -= JSON.stringify(pair).length) >= 0);
    storage.write(REMEMBERED, JSON.stringify(kept));
  }
}

/**
 * What this tab remembers, of earlier lives of the server too.
 * @param {TabStorage} storage @returns {SaveRecord}
 */
export function remembered(storage) {
  try {
    return new SaveRecord(JSON.parse(storage.read(REMEMBERED) || "[]"));
  } catch {
    return new SaveRecord();
  }
}

/** @param {Map<string, Entry>} known @param {[string, Entry][]} told */
function kept(known, told) {
  const keys = new Set(told.map(([key]) => key));
  return [...known].filter(([key]) => !keys.has(key));
}

/** A batch that told pages nothing shares its seq with the one before. @param {string} boot @param {Entry} entry */
function keyOf(boot, entry) {
  return `${boot} ${entry.seq} ${entry.at} ${entry.changes[0]?.path ?? ""}`;
}

/**
 * Does this save have to do with all of these words?
 * @param {Entry} entry @param {string} filter @returns {boolean}
 */
export function matches(entry, filter) {
  const text = haystack(entry);
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** @param {Entry} entry */
function haystack(entry) {
  const { changes, steps, python, line = "", problems, pages } = entry;
  return [
    ...changes.map(({ path }) => path),
    names(entry),
    rung(entry).text,
    ...steps.flatMap(({ type, reason }) => [type, reason]),
    python?.rung ?? "",
    python?.reason ?? "",
    line,
    ...problems,
    ...pages.flatMap(({ url = "", outcome, detail }) => [url, outcome, detail]),
  ]
    .join("\n")
    .toLowerCase();
}
