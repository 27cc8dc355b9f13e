/**
 * All saves that the dashboard has seen while it is open: the server keeps fewer, and another life of it none. Pure.
 */

import { names, rung } from "./words.js";

/** @typedef {import("./status.js").Entry} Entry */

/** Saves that are kept, the newest. */
export const MAX_KEPT = 500;

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
