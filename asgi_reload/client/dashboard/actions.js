/**
 * The buttons: reload all pages, or one; a new worker; pause and resume. What went wrong is said beside them.
 */

import { byId, say, set } from "./dom.js";

/** @typedef {import("./status.js").Status} Status */
/** @typedef {Parameters<import("./server.js").Server["act"]>} Act */

const NO_WORKERS = "only the asgi-reload command runs workers";
/** How long an answer stands. */
const ANSWER_MS = 4000;

export class Actions {
  #worker = byId("new-worker");
  #pause = byId("pause");
  #answer = byId("answer");
  #isPaused = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./server.js").Server} server @param {() => void} changed something may be different now */
  constructor(server, changed) {
    this.server = server;
    this.changed = changed;
    byId("reload-all").addEventListener("click", () => void this.#act("all pages reload", "reload"));
    this.#worker.addEventListener("click", () => void this.#renew());
    this.#pause.addEventListener("click", () => void this.#toggle());
  }

  /** @param {Status} status */
  show({ paused = false, workers }) {
    this.#isPaused = paused;
    say(this.#pause, paused ? "Resume" : "Pause");
    set(this.#pause, "aria-pressed", String(paused));
    set(this.#worker, "aria-disabled", workers === null ? "true" : null);
    set(this.#worker, "title", workers === null ? NO_WORKERS : null);
    say(byId("new-worker-reason"), workers === null ? NO_WORKERS : "");
  }

  /** @param {string} page */
  async reload(page) {
    await this.#act("asked to reload", "reload", { page });
  }

  async #renew() {
    if (this.#worker.getAttribute("aria-disabled") === null) {
      await this.#act("a new worker comes", "restart");
    }
  }

  async #toggle() {
    await (this.#isPaused ? this.#act("saves are applied again", "resume") : this.#act("saves wait", "pause"));
  }

  /** @param {string} done @param {Act} act */
  async #act(done, ...act) {
    const problem = await this.server.act(...act);
    say(this.#answer, problem || done);
    set(this.#answer, "class", problem ? "answer bad" : "answer");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => say(this.#answer, ""), ANSWER_MS);
    this.changed();
  }
}
