/**
 * What is wrong at the moment, and from where: the server said so, the page could not be rendered, a file could not be
 * loaded. A page learns of it when it begins, and when the last of it is gone.
 */

import { tell } from "./events.js";

/** @typedef {{ title: string, detail: string }} Failure */

/** Different sources that are remembered; beyond that the oldest goes. */
const MOST = 16;

export class Failures {
  /** @type {Map<string, Failure & { element: Element | null }>} */
  #standing = new Map();

  /** @param {(failure: Failure | null) => void} show the latest, or null when there is none */
  constructor(show) {
    this.show = show;
  }

  /** @returns {Failure | null} the latest */
  get latest() {
    const last = [...this.#standing.values()].at(-1);
    return last === undefined ? null : { title: last.title, detail: last.detail };
  }

  /** @param {string} source */
  has(source) {
    return this.#standing.has(source);
  }

  /**
   * @param {string} source what a later success will name
   * @param {Failure} failure
   * @param {Element | null} [element] it concerns nobody any more when this element has left the page
   */
  add(source, { title, detail }, element = null) {
    this.#standing.delete(source);
    this.#standing.set(source, { title, detail, element });

    for (const oldest of [...this.#standing.keys()].slice(0, -MOST)) {
      this.#standing.delete(oldest);
    }

    this.show({ title, detail });
    tell("error", { title, detail });
  }

  /** @param {string} source which is good again */
  clear(source) {
    const failure = this.#standing.get(source);

    if (failure !== undefined) {
      this.#standing.delete(source);
      this.#settle(failure.title);
    }
  }

  /**
   * What is wrong on the server, in place of what was.
   * @param {import("./problems.js").Problem[]} problems newest first
   */
  serverSays(problems) {
    const [first] = problems;

    if (first === undefined) {
      this.clear("server");
      return;
    }

    const detail = [first.detail, first.traceback].filter((part) => part !== "").join("\n\n");
    this.add("server", { title: first.title, detail });
  }

  /** Forget what concerned elements that have left the page. */
  prune() {
    for (const [source, { element }] of this.#standing) {
      if (element !== null && !element.isConnected) {
        this.clear(source);
      }
    }
  }

  /** @param {string} title */
  #settle(title) {
    this.show(this.latest);

    if (this.#standing.size === 0) {
      tell("recovered", { title });
    }
  }
}

/**
 * What to show of a page that the server could not render.
 * @param {{ detail: string, failure?: { title: string, detail: string, traceback?: string } }} result
 * @returns {Failure}
 */
export function pageFailure({ failure, detail }) {
  const { title, detail: place, traceback = "" } = failure ?? { title: "this page could not be rendered", detail };
  return { title, detail: [place, traceback].filter((part) => part !== "").join("\n\n") };
}
