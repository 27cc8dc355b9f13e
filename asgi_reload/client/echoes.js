/**
 * Notices a circle: what this page does for an update (asks for itself, or for a stylesheet) writes a watched file, which
 * brings the next update. That file was written while the page was asking, by the clock of this machine. So are some of
 * those that a person saves very fast; but he saves as well while the page holds still, so that is tried first.
 */

import { circleOf } from "./words.js";

/** @typedef {import("./update.js").Job} Job */

/** Some file systems tell the time no finer than this, and round it down. */
const GRAIN_MS = 4;
/** Who saves so fast that some saves look like echoes saves again within this. */
const PAUSE_MS = 1000;
/** That many echoes in that time are a circle; after the first of them the page holds still before it answers the next. */
const MOST = 5;
const WINDOW_MS = 10_000;
const SUSPECT = 3;
/** Beyond `PAUSE_MS`, so that who saves in between is met. */
const MARGIN_MS = 300;
/** Who was met is not suspected again for so long. */
const TRUST_MS = 60_000;
const LONGEST_HOLD_MS = 5000;
const LESSER = new Set(["css", "images", "patch"]);

export class Echoes {
  #key = "";
  /** When they came. @type {number[]} */
  #echoes = [];
  /** What was done last, and since when. @type {{ job: Job, began: number } | null} */
  #last = null;
  /** Until then somebody is known to save this fast. */
  #trusted = -Infinity;
  /** @type {{ job: Job, since: number, timer: ReturnType<typeof setTimeout> } | null} */
  #held = null;

  /**
   * @param {(job: Job) => Promise<void>} run does what an update says
   * @param {(job: Job, detail: string) => void} stop says why it is not done
   */
  constructor(run, stop) {
    this.run = run;
    this.stop = stop;
  }

  /** Do it, now or when it is plain that nobody else brought it; or stop. @param {Job} job */
  receive(job) {
    const key = keyOf(job);
    const isEcho = key !== "" && key === this.#key && this.#isByUs(job);

    if (this.#held !== null && isEcho) {
      this.#held.job = job; // the request wrote twice, or somebody saves fast: the hold will tell
      return;
    }

    if (this.#held !== null) {
      this.#trusted = performance.now() + TRUST_MS;
      this.#echoes = [];
      this.#release();
    }

    this.#judge(job, key, isEcho && performance.now() > this.#trusted);
  }

  /** @param {Job} job @param {string} key @param {boolean} isEcho */
  #judge(job, key, isEcho) {
    const now = performance.now();
    const past = key === this.#key ? this.#echoes.filter((time) => now - time < WINDOW_MS) : [];
    this.#key = key;
    this.#echoes = isEcho ? [...past, now] : past;

    if (!isEcho || this.#echoes.length < SUSPECT) {
      void this.#work(job);
    } else if (this.#echoes.length < MOST) {
      this.#hold(job);
    } else {
      this.stop(job, circleOf("updated", MOST, WINDOW_MS / 1000, job.steps.flatMap((step) => step.paths)));
    }
  }

  /** Was it written while this page was asking? @param {Job} job */
  #isByUs({ written }) {
    const last = this.#last;
    return last !== null && last.began - GRAIN_MS <= written && written < (last.job.done ?? Infinity);
  }

  /** Longer than somebody waits between saves who is fast enough to look like an echo. @param {Job} job */
  #hold(job) {
    const { job: before, began } = this.#last ?? { job, began: 0 };
    const ms = Math.min((before.done ?? Date.now()) - began + PAUSE_MS + MARGIN_MS, LONGEST_HOLD_MS);
    this.#held = { job, since: performance.now(), timer: setTimeout(() => this.#release(), ms) };
  }

  /** Do what was held back. */
  #release() {
    const held = this.#held;
    this.#held = null;

    if (held !== null) {
      clearTimeout(held.timer);
      const stillness = performance.now() - held.since; // is no part of the circle's time
      this.#echoes = this.#echoes.map((time) => time + stillness);
      void this.#work(held.job);
    }
  }

  /** @param {Job} job */
  #work(job) {
    this.#last = { job, began: Date.now() };
    return this.run(job);
  }
}

/** What an update is about, if it is one that a page may bring about itself; else "". @param {Job} job */
function keyOf({ steps }) {
  const isLesser = steps.length > 0 && steps.every(({ type }) => LESSER.has(type));
  return isLesser ? steps.map(({ type, paths }) => `${type} ${[...paths].sort().join(" ")}`).join("; ") : "";
}
