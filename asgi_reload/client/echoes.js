/**
 * Notices a circle: what this page does for an update (asks for itself, or for a stylesheet) writes a watched file, which
 * brings the next update. Whoever saves fast looks the same at first; but he saves as well while the page holds still, so
 * that is tried before anything is stopped.
 */

import { circleOf } from "./words.js";

/** @typedef {import("./update.js").Job} Job */

/** A write by a request is told of within this, once the request has ended. */
const ECHO_MS = 1000;
/** That many echoes in that time are a circle; after the first of them the page holds still before it answers the next. */
const MOST = 5;
const WINDOW_MS = 10_000;
const SUSPECT = 3;
/** Beyond `ECHO_MS`, so that who saves in between is met. */
const MARGIN_MS = 300;
/** Who was met is not suspected again for so long. */
const TRUST_MS = 60_000;
const LONGEST_HOLD_MS = 5000;
const LESSER = new Set(["css", "images", "patch"]);

export class Echoes {
  #key = "";
  /** When they came. @type {number[]} */
  #echoes = [];
  #began = 0;
  #took = 0;
  #ended = -Infinity;
  #working = 0;
  /** Until then somebody is known to save this fast. */
  #trusted = -Infinity;
  /** @type {{ job: Job, timer: ReturnType<typeof setTimeout> } | null} */
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
    const isEcho = key !== "" && key === this.#key && this.#isRecent();

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

  /** Has this page just asked for something, or does it still? */
  #isRecent() {
    return this.#working > 0 || performance.now() - this.#ended < ECHO_MS;
  }

  /** Longer than somebody waits between saves who is fast enough to look like an echo. @param {Job} job */
  #hold(job) {
    const ms = Math.min(this.#took + ECHO_MS + MARGIN_MS, LONGEST_HOLD_MS);
    this.#held = { job, timer: setTimeout(() => this.#release(), ms) };
  }

  /** Do what was held back. */
  #release() {
    const held = this.#held;
    this.#held = null;

    if (held !== null) {
      clearTimeout(held.timer);
      void this.#work(held.job);
    }
  }

  /** @param {Job} job */
  async #work(job) {
    this.#began = performance.now();
    this.#working += 1;
    await this.run(job);
    this.#working -= 1;
    this.#ended = performance.now();
    this.#took = this.#ended - this.#began;
  }
}

/** What an update is about, if it is one that a page may bring about itself; else "". @param {Job} job */
function keyOf({ steps }) {
  const isLesser = steps.length > 0 && steps.every(({ type }) => LESSER.has(type));
  return isLesser ? steps.map(({ type, paths }) => `${type} ${[...paths].sort().join(" ")}`).join("; ") : "";
}
