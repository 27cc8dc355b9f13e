/**
 * Asks the server what is wrong when it says that this has changed: one question at a time, however often it says so.
 */

import { fetchProblems } from "./problems.js";

/** @typedef {import("./problems.js").Problem} Problem */

export class Inquiry {
  #count = 0;
  #isDue = false;
  /** @type {Promise<void> | null} */
  #asking = null;

  /** @param {{ base: string, token: string }} address @param {(problems: Problem[]) => void} tell what is wrong, newest first */
  constructor(address, tell) {
    this.address = address;
    this.tell = tell;
  }

  /** Done when all that the server has told of is known. @returns {Promise<void>} */
  get done() {
    return this.#count === 0 || this.#asking === null ? Promise.resolve() : this.#asking;
  }

  /** @param {number} count of what is wrong now */
  changed(count) {
    this.#count = count;
    this.#isDue = count > 0;

    if (count === 0) {
      this.tell([]);
    } else {
      this.#asking ??= this.#ask();
    }
  }

  async #ask() {
    while (this.#isDue) {
      this.#isDue = false;
      const problems = await fetchProblems(this.address);

      // Where nobody answers, what was known stands until the line is up again.
      if (problems !== null && this.#count > 0) {
        this.tell(problems);
      }
    }

    this.#asking = null;
  }
}
