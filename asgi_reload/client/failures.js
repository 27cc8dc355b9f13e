/**
 * What is wrong at the moment, and from where: the server said so, the page could not be rendered, a file could not be
 * loaded. A page learns of it when it begins, and when the last of it is gone.
 */

import { tell } from "./events.js";

/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {import("./problems.js").Fault} Fault */
/** @typedef {{ title: string, detail: string, traceback?: string, faults?: Fault[] }} Failure */

/** Different sources that are remembered; beyond that the oldest goes. */
const MOST = 16;

export class Failures {
  /** What this page has found out itself, by source. @type {Map<string, { problem: Problem, element: Element | null }>} */
  #own = new Map();
  /** What the server tells of. @type {readonly Problem[]} */
  #told = [];
  #made = 0;

  /** @param {(problems: Problem[]) => void} show all, the newest first */
  constructor(show) {
    this.show = show;
  }

  /** The newest first; what the server tells too is told once, in its words. */
  get all() {
    const titles = new Set(this.#told.map(({ title }) => title));
    const own = [...this.#own.values()].map(({ problem }) => problem).filter(({ title }) => !titles.has(title));
    return [...own, ...this.#told].sort((a, b) => b.at - a.at);
  }

  /** @returns {{ title: string, detail: string } | null} the latest */
  get latest() {
    const [first] = this.all;
    return first === undefined ? null : { title: first.title, detail: first.detail };
  }

  /** Does the server tell of anything? */
  get isTold() {
    return this.#told.length > 0;
  }

  /** @param {string} source */
  has(source) {
    return this.#own.has(source);
  }

  /**
   * @param {string} source what a later success will name
   * @param {Failure} failure
   * @param {Element | null} [element] it concerns nobody any more when this element has left the page
   */
  add(source, failure, element = null) {
    this.#own.delete(source);
    this.#own.set(source, { problem: this.#problem(source, failure), element });

    for (const oldest of [...this.#own.keys()].slice(0, -MOST)) {
      this.#own.delete(oldest);
    }

    this.show(this.all);
    tell("error", { title: failure.title, detail: failure.detail });
  }

  /**
   * What is wrong on the server, in place of what was.
   * @param {readonly Problem[]} problems newest first
   */
  serverSays(problems) {
    const known = new Set(this.all.map(({ title }) => title));
    const before = this.latest;
    this.#told = problems;
    this.show(this.all);
    problems
      .filter(({ title }) => !known.has(title))
      .reverse()
      .forEach(({ title, detail }) => tell("error", { title, detail }));
    this.#settle(before);
  }

  /** @param {string} source which is good again */
  clear(source) {
    const before = this.latest;

    if (this.#own.delete(source)) {
      this.show(this.all);
      this.#settle(before);
    }
  }

  /** Forget what concerned elements that have left the page. */
  prune() {
    for (const [source, { element }] of this.#own) {
      if (element !== null && !element.isConnected) {
        this.clear(source);
      }
    }
  }

  /** @param {string} source @param {Failure} failure @returns {Problem} */
  #problem(source, { title, detail, traceback = "", faults = [] }) {
    const kind = source === "restart" ? "restart" : "page";
    const id = `${source}-${++this.#made}`;
    return { id, source: kind, title, detail, where: "", at: Date.now() / 1000, count: 1, traceback, faults };
  }

  /** @param {{ title: string } | null} before the latest problem until now */
  #settle(before) {
    if (before !== null && this.all.length === 0) {
      tell("recovered", { title: before.title });
    }
  }
}

/**
 * What to show of a page that the server could not render.
 * @param {{ detail: string, failure?: Failure }} result
 * @returns {Failure}
 */
export function pageFailure({ failure, detail }) {
  return failure ?? { title: "this page could not be rendered", detail };
}
