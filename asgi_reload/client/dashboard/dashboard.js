/**
 * The dashboard and its parts: asks for the status when there is news, and shows what is new of it.
 */

import { tabStorage } from "../storage.js";
import { Actions } from "./actions.js";
import { again } from "./again.js";
import { Facts, state } from "./facts.js";
import { Follow } from "./follow.js";
import { Pages } from "./pages.js";
import { Problems } from "./problems.js";
import { remembered } from "./record.js";
import { Refresh } from "./refresh.js";
import { Server } from "./server.js";
import { Slices } from "./slices.js";
import { ConsoleTail, SkippedDocuments } from "./tail.js";
import { Timeline } from "./timeline.js";
import { Watching, ask } from "./watching.js";

/** @typedef {import("./status.js").Problem} Problem */
/** @typedef {import("./status.js").Status} Status */
/** @typedef {import("./follow.js").Follower} Follower */

/** @implements {Follower} */
export class Dashboard {
  storage = tabStorage();
  #slices = new Slices();
  #facts = new Facts();
  #watching = new Watching();
  #skipped = new SkippedDocuments();
  #problems = new Problems();
  /** @type {Status | null} */
  #status = null;
  /** What is known of the problems, and which that were. @type {{ key: string, full: Problem[] }} */
  #known = { key: "[]", full: [] };
  #refresh = new Refresh(() => this.#ask());

  /** @param {import("./follow.js").Config} config */
  constructor(config) {
    this.server = new Server(config);
    this.record = remembered(this.storage);
    this.follow = new Follow(config, this);
    this.timeline = new Timeline(this.record);
    this.actions = new Actions(this.server, () => this.#refresh.want());
    this.pages = new Pages((page) => this.actions.reload(page));
    this.tail = new ConsoleTail(() => this.#paint());
    ask(this.server);
  }

  start() {
    addEventListener("pagehide", () => this.record.remember(this.storage));
    this.follow.start();
    this.#refresh.want();
  }

  news() {
    this.#refresh.want();
  }

  /** @param {string} kind */
  live(kind) {
    state("line", "good", `live by ${kind}`);
  }

  away() {
    state("line", "waits", "reconnecting…");
  }

  renewed() {
    if (!again(this.storage)) {
      state("line", "bad", "several servers answer here by turns");
    }
  }

  async #ask() {
    const status = await this.server.status();

    if (status !== null) {
      this.#status = status;
      await this.#learn(status.problems ?? []);
      this.#paint();
    }
  }

  /** @param {Problem[]} problems as `status` tells them: where in the user's files, but no line of those */
  async #learn(problems) {
    const key = JSON.stringify(problems);

    if (key !== this.#known.key) {
      const told = problems.length > 0 ? await this.server.problems() : [];
      const byId = new Map(told?.map((problem) => [problem.id, problem]));
      this.#known = { key: told === null ? "" : key, full: problems.map((problem) => ({ ...problem, ...byId.get(problem.id) })) };
    }
  }

  #paint() {
    if (this.#status !== null) {
      this.#slices.do(this.#work(this.#status));
    }
  }

  /** @param {Status} status */
  *#work(status) {
    this.actions.show(status);
    yield* this.#facts.show(status);
    yield* this.#problems.show(this.#known.full);
    yield* this.timeline.show(status);
    yield* this.pages.show(status);
    yield* this.#watching.show(status.watch);
    yield* this.tail.show(status.console ?? []);
    yield* this.#skipped.show(status.skipped ?? []);
  }
}
