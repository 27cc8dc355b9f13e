/**
 * The reloads of a tab, and whether they go round: a page that writes a watched file by being loaded.
 */

import { circleOf } from "./words.js";

/** More reloads than this in that many ms are a circle. */
const MOST = 5;
const WINDOW_MS = 10_000;
/** Files of a reload that are remembered. */
const MOST_FILES = 3;
const KEY = "asgi-reload:reloads";

/** @typedef {{ at: number, files: string[] }} Past a reload, in ms of the wall clock, and the files it came of */

export class Circle {
  /** @param {import("./storage.js").TabStorage} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /** @param {readonly string[]} files that bring a reload */
  note(files) {
    const past = [...this.#recent(), { at: Date.now(), files: files.slice(0, MOST_FILES) }];
    this.storage.write(KEY, JSON.stringify(past));
  }

  /**
   * @param {readonly string[]} files that would bring the next reload
   * @returns {string | null} why there should be none, null if nothing speaks against it
   */
  objection(files) {
    const past = this.#recent();
    return past.length < MOST ? null : circleOf("reloaded", MOST, WINDOW_MS / 1000, commonest([...past.map((one) => one.files), files]));
  }

  /** @returns {Past[]} */
  #recent() {
    return parsed(this.storage.read(KEY)).filter(({ at }) => Date.now() - at < WINDOW_MS).slice(-MOST);
  }
}

/** @param {readonly (readonly string[])[]} lists @returns {string[]} what is in most of them first */
function commonest(lists) {
  const names = [...new Set(lists.flat())];
  const times = (/** @type {string} */ name) => lists.filter((list) => list.includes(name)).length;
  return names.sort((a, b) => times(b) - times(a));
}

/** @param {string} text @returns {Past[]} none of what is no list of ours */
function parsed(text) {
  try {
    const past = JSON.parse(text);
    return Array.isArray(past) ? past.filter(({ at, files }) => Number.isFinite(at) && Array.isArray(files)) : [];
  } catch {
    return [];
  }
}
