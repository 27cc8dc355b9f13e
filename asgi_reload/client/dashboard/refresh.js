/**
 * When to ask again: soon after there is news, never twice at a time, and at most four times a second.
 */

import { visible } from "../probe.js";

/** Between the beginnings of two requests. */
const LEAST_MS = 250;

export class Refresh {
  #isWanted = false;
  #isBusy = false;

  /** @param {() => Promise<void>} ask */
  constructor(ask) {
    this.ask = ask;
  }

  /** There is news. */
  want() {
    this.#isWanted = true;

    if (!this.#isBusy) {
      void this.#run();
    }
  }

  async #run() {
    this.#isBusy = true;

    while (this.#isWanted) {
      await visible();
      this.#isWanted = false;
      const pause = new Promise((resolve) => setTimeout(resolve, LEAST_MS));
      await this.ask();
      await pause;
    }

    this.#isBusy = false;
  }
}
