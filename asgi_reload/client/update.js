/**
 * What becomes of an update on this page: its steps are handed, one after another, to whoever can do them, and the server
 * hears how it went. While the page is hidden or paused they wait, and what waits becomes one update.
 */

import { noteAttempts } from "./attempts.js";
import { Echoes } from "./echoes.js";
import { mayUpdate, tell } from "./events.js";
import { pageFailure } from "./failures.js";
import { frame } from "./frame.js";
import { tellLibraries } from "./libraries.js";
import { never } from "./never.js";
import { joined } from "./steps.js";
import { namesOf, reasonOf, resultOf } from "./words.js";

/** @typedef {import("./protocol.js").Step} Step */
/** @typedef {import("./protocol.js").Outcome} Outcome */
/** @typedef {Extract<Step, { type: "patch" }>} PatchStep */

/** @typedef {import("./failures.js").Failure} ServerFailure */

/** @typedef {{ outcome: Outcome, detail: string, attempts?: import("./attempts.js").Attempt[], failure?: ServerFailure }} Result */

/**
 * Steps, when they came (`performance.now()`), and the server's number for them; 0 for what this page told itself.
 * `written`: as the server told it. `done`: when it was on the page, ms since 1970.
 * @typedef {{ seq: number, steps: Step[], arrived: number, written: number, done?: number }} Job
 */

/** @typedef {{ seq: number, outcome: Outcome, ms: number, detail: string }} Ack */

/**
 * Who does it.
 * @typedef {object} Parts
 * @property {{ swap: (paths: string[]) => Promise<Result> }} sheets
 * @property {(paths: string[]) => Promise<Result>} renewImages
 * @property {{ patch: (step: PatchStep) => Promise<Result> }} patcher
 * @property {import("./reload.js").Reloader} reloader
 * @property {import("./failures.js").Failures} failures
 * @property {() => Promise<void>} problems done when the page knows what is wrong on the server
 * @property {import("./pill.js").Pill} pill
 * @property {(ack: Ack) => void} ack
 */

/** Which of two outcomes tells more. */
const WEIGHT = /** @type {const} */ (["nothing", "applied", "refused", "offered", "reload", "failed"]);
const RESTART_NOTE_MS = 10_000;

export class Updates {
  /** @type {Job | null} */
  #waiting = null;
  #isPaused = false;
  #echoes = new Echoes((job) => this.#run(job), (job, detail) => this.#stop(job, detail));

  /** @param {Parts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Ack | null} */
    this.last = null;
  }

  get isPaused() {
    return this.#isPaused;
  }

  get isWaiting() {
    return this.#waiting !== null;
  }

  /**
   * Begin at once: what a newer update overtakes (a stylesheet that hangs, a page that renders slowly) gives way to it by
   * itself, part by part.
   * @param {Job} job
   */
  receive(job) {
    if (this.#isPaused || document.visibilityState === "hidden") {
      const { seq, steps } = this.#waiting ?? { seq: 0, steps: [] };
      this.#waiting = { ...job, seq: Math.max(seq, job.seq), steps: joined(steps, job.steps) };
    } else {
      this.#echoes.receive(job);
    }
  }

  pause() {
    this.#isPaused = true;
  }

  resume() {
    this.#isPaused = false;
    this.shown();
  }

  /** The page can be seen: do what has waited, as one update. */
  shown() {
    const job = this.#waiting;

    if (job !== null) {
      this.#waiting = null;
      this.receive({ ...job, arrived: performance.now() });
    }
  }

  /** @param {Job} job */
  async #run(job) {
    const { steps } = job;
    const reason = reasonOf(steps);

    if (!mayUpdate(steps, reason)) {
      this.#refuse(steps, reason);
      this.#finish(job, { outcome: "refused", detail: "the page said not now" });
      return;
    }

    /** @type {Result} */
    let result = { outcome: "nothing", detail: "" };

    for (const step of steps) {
      const next = await this.#attempt(step);
      result = WEIGHT.indexOf(next.outcome) >= WEIGHT.indexOf(result.outcome) ? next : result;
    }

    job.done = Date.now();
    this.parts.failures.prune();

    if (result.outcome === "applied") {
      await frame();
    }

    this.#finish(job, result);
  }

  /** @param {Step} step */
  async #attempt(step) {
    try {
      return await this.#take(step);
    } catch (error) {
      // Ours to answer for, and nothing that may be half done: the page is loaded anew.
      const detail = `${step.type} failed: ${error instanceof Error ? error.message : String(error)}`;
      return this.parts.reloader.reload(detail, step.paths);
    }
  }

  /**
   * @param {Step} step
   * @returns {Promise<Result>}
   */
  async #take(step) {
    const { sheets, renewImages, failures, pill, reloader } = this.parts;

    switch (step.type) {
      case "css":
        return sheets.swap(step.paths).then((result) => this.#tellFiles(result, step.paths));
      case "images":
        return renewImages(step.paths).then((result) => this.#tellFiles(result, step.paths));
      case "patch":
        return this.#patch(step);
      case "reload":
        return reloader.reload(step.reason || `${namesOf([step])} changed`, step.paths, step.delay);
      case "restart":
        if (step.by === "") {
          await this.parts.problems();
        } else {
          pill.note(step.reason, RESTART_NOTE_MS);
        }
        return { outcome: "nothing", detail: step.reason };
      case "failure":
        await this.parts.problems();
        if (!failures.isTold) {
          failures.add("server", step); // to another machine's page the server tells no more than this
        }
        return { outcome: "failed", detail: step.title };
      case "recovered":
        await this.parts.problems();
        failures.clear("server");
        return { outcome: "nothing", detail: "" };
      default:
        never(step);
        return { outcome: "nothing", detail: "a step of a newer server" };
    }
  }

  /** @param {Result} result @param {string[]} paths @returns {Result} */
  #tellFiles(result, paths) {
    noteAttempts(this.parts.failures, result.attempts ?? []);
    return result.outcome === "reload" ? this.parts.reloader.reload(result.detail, paths) : result;
  }

  /**
   * @param {PatchStep} step
   * @returns {Promise<Result>}
   */
  async #patch(step) {
    const { patcher, failures, reloader } = this.parts;
    const result = await patcher.patch(step);

    switch (result.outcome) {
      case "failed":
        failures.add("page", pageFailure(result));
        return result;
      case "reload":
        failures.clear("page");
        return reloader.reload(result.detail, step.paths);
      case "offered":
        reloader.offer(result.detail);
        return result;
      case "applied":
        failures.clear("page");
        tellLibraries();
        return result;
      default:
        failures.clear("page");
        return result;
    }
  }

  /** @param {Job} job @param {string} detail */
  #stop(job, detail) {
    this.parts.reloader.stop(detail);
    this.#finish(job, { outcome: "offered", detail });
  }

  /** @param {Step[]} steps @param {string} reason */
  #refuse(steps, reason) {
    if (steps.some(({ type }) => type === "patch" || type === "reload")) {
      this.parts.reloader.offer(reason);
    }
  }

  /** @param {Job} job @param {Result} result */
  #finish({ seq, steps, arrived }, { outcome, detail }) {
    const ms = Math.round((performance.now() - arrived) * 10) / 10;
    const ack = { seq, outcome, ms, detail };

    // One that was overtaken may end after the one that did so.
    if (seq === 0 || seq >= (this.last?.seq ?? 0)) {
      this.last = ack;
      this.parts.pill.result(resultOf(steps, outcome, ms, detail), outcome === "applied");
    }

    tell("updated", { seq, steps, outcome, ms, detail });

    if (seq > 0) {
      this.parts.ack(ack);
    }
  }
}
