/**
 * Work that is too long for one frame, a slice in each. What is new while it is done is done next, and only the newest of it.
 */

import { frame } from "../frame.js";

/** Of the 16 ms of a frame, for scripts; the rest is for layout and paint. */
const SLICE_MS = 5;

export class Slices {
  /** @type {Iterable<void> | null} */
  #next = null;
  #isBusy = false;

  /**
   * Do this work; it takes the place of any that has not been begun.
   * @param {Iterable<void>} steps
   */
  do(steps) {
    this.#next = steps;

    if (!this.#isBusy) {
      void this.#run();
    }
  }

  async #run() {
    this.#isBusy = true;

    for (let steps = this.#take(); steps !== null; steps = this.#take()) {
      await frame();
      await inSlices(steps);
    }

    this.#isBusy = false;
  }

  #take() {
    const steps = this.#next;
    this.#next = null;
    return steps;
  }
}

/** @param {Iterable<void>} steps */
async function inSlices(steps) {
  let began = performance.now();

  for (const _ of steps) {
    if (performance.now() - began > SLICE_MS) {
      await frame();
      began = performance.now();
    }
  }
}
