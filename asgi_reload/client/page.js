/**
 * One page and its parts, and what they have to do with each other.
 */

import { Connection } from "./connection.js";
import { quietConsole } from "./console.js";
import { Stylesheets } from "./css.js";
import { tell } from "./events.js";
import { Failures } from "./failures.js";
import { renewImages } from "./images.js";
import { Inquiry } from "./inquiry.js";
import { Reloader } from "./reload.js";
import { Sayings } from "./said.js";
import { Screen } from "./screen.js";
import { tabStorage } from "./storage.js";
import { Updates } from "./update.js";

/** @typedef {import("./protocol.js").Config} Config */
/** @typedef {import("./protocol.js").Step} Step */
/** @typedef {import("./verdict.js").Patcher} Patcher */
/** @typedef {import("./connection.js").ConnectionOwner} ConnectionOwner */

/** A connection that is away for less than this is nobody's business. */
const PATIENCE_MS = 3000;
/** What the server takes of a page's words. */
const LONGEST_DETAIL = 500;

/** @implements {ConnectionOwner} */
export class Page {
  #log = quietConsole();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;

  /** @param {Config} config @param {Patcher} patcher */
  constructor(config, patcher) {
    const storage = tabStorage();
    const screen = new Screen(config, storage, {
      connection: () => this.#line(),
      pause: (isPaused) => (isPaused ? this.pause() : this.resume()),
    });
    const { pill } = screen;
    this.config = config;
    this.patcher = patcher;
    this.pill = pill;
    this.failures = new Failures((problems) => screen.show(problems));
    this.inquiry = new Inquiry(config, (problems) => this.failures.serverSays(problems));
    this.reloader = new Reloader(pill, storage, () => this.#objection());
    this.connection = new Connection(config, this, storage);
    this.sayings = new Sayings(config, this.connection);
    this.updates = new Updates({
      sheets: new Stylesheets((old, clone) => patcher.replaced(old, clone)),
      renewImages,
      patcher,
      reloader: this.reloader,
      failures: this.failures,
      problems: () => this.inquiry.done,
      pill,
      ack: (ack) => this.#acknowledge(ack),
    });
    this.reloader.meet(config.boot);
    this.reloader.recall();
  }

  /** Let updates wait, until `resume()` or the next page. */
  pause() {
    this.updates.pause();
    this.pill.paused(true);
  }

  /** Do what has waited, as one update. */
  resume() {
    this.pill.paused(false);
    this.updates.resume();
  }

  /** @param {import("./connection.js").Update} update */
  update({ seq, steps, written }) {
    this.updates.receive({ seq, steps, written, arrived: performance.now() });
  }

  /** @param {number} count of what is wrong */
  problems(count) {
    this.inquiry.changed(count);
  }

  /** @param {string} reason */
  asked(reason) {
    this.reloader.reload(reason);
  }

  /** @param {string} boot of the server that answers now */
  renewed(boot) {
    this.reloader.meet(boot);
    /** @type {Step} */
    const step = { type: "reload", paths: [], reason: "the server was restarted", delay: 0 };
    this.updates.receive({ seq: 0, steps: [step], written: 0, arrived: performance.now() });
  }

  connected() {
    const { transport } = this.connection;
    const { boot, seq } = this.connection.position();
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.pill.line(null);
    this.#log(`connected (${transport})`);
    this.sayings.connected();
    tell("connected", { transport, boot, seq });
  }

  down() {
    this.#patience ??= setTimeout(() => this.pill.line("reconnecting…"), PATIENCE_MS);
    this.#log("the server is away; this page waits for it");
  }

  shown() {
    this.updates.shown();
  }

  #line() {
    const { isConnected, transport } = this.connection;
    return isConnected ? `connected (${transport})` : "the server is away; this page waits for it";
  }

  /** @returns {string | null} why this page should not be reloaded unasked */
  #objection() {
    const { method } = this.config;

    if (method !== "GET") {
      return `this page came from ${method}`;
    }

    if (this.patcher.dirty()) {
      return "a form has unsent input";
    }

    return this.failures.has("page") ? "the server cannot render this page now" : null;
  }

  /** @param {import("./update.js").Ack} ack */
  #acknowledge({ seq, outcome, ms, detail }) {
    const { page } = this.config;
    this.connection.send({ type: "ack", page, seq, outcome, ms, detail: detail.slice(0, LONGEST_DETAIL) });
  }
}
