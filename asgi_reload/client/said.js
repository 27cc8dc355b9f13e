/**
 * Tells the server what has gone wrong in the page, and what its console was asked to say: what is repeated together, a few
 * messages a second, in order. What comes before there is a connection waits for it, as far as there is room.
 */

import { troubleOf } from "./trouble.js";

/** @typedef {import("./trouble.js").Trouble} Trouble */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */
/** @typedef {Extract<PageMessage, { type: "said" }>} Said */

/** Different messages that wait; beyond that they are only counted. */
const MOST_WAITING = 30;
/** Between two messages: the server ends a line that says too much. */
const PACE_MS = 200;
/** What is said together is gathered for so long. */
const GATHER_MS = 50;
/** What is said again is told again after this, and then after twice the time, and so on. */
const FIRST_PAUSE_MS = 1000;
const LAST_PAUSE_MS = 60_000;
/** Different messages that are known as told. */
const MOST_KNOWN = 200;
/** Messages on the way out of a page. */
const MOST_AT_LAST = 8;
const LONGEST_TEXT = 2000;
const LONGEST_PLACE = 400;
/** Of a message with all around it: the server takes 4,096. */
const MOST_BYTES = 3900;

export class Sayings {
  /** @type {Map<string, Trouble & { count: number }>} */
  #waiting = new Map();
  /** When something may be told again. @type {Map<string, { next: number, pause: number }>} */
  #known = new Map();
  #lost = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import("./protocol.js").Config} config
   * @param {{ readonly isConnected: boolean, send: (message: PageMessage) => void }} line
   */
  constructor(config, line) {
    this.config = config;
    this.line = line;
    addEventListener("pagehide", () => this.#tellAll());
  }

  /** @param {Event | import("./trouble.js").Call} what */
  hear(what) {
    const trouble = troubleOf(what, this.config.base);

    if (trouble !== null) {
      this.#add(trouble);
      this.#wait(GATHER_MS);
    }
  }

  /** There is a connection: tell what waits. */
  connected() {
    this.#wait(0);
  }

  /** @param {Trouble} trouble */
  #add(trouble) {
    const key = `${trouble.level} ${trouble.place} ${trouble.text}`;
    const known = this.#waiting.get(key);

    if (known !== undefined) {
      known.count += 1;
    } else if (this.#waiting.size < MOST_WAITING) {
      this.#waiting.set(key, { ...trouble, count: 1 });
    } else {
      this.#lost += 1;
    }
  }

  /** @param {number} ms */
  #wait(ms) {
    this.#timer ??= setTimeout(() => this.#turn(), ms);
  }

  #turn() {
    this.#timer = undefined;

    if (!this.line.isConnected) {
      return; // `connected` comes
    }

    const now = performance.now();
    const due = [...this.#waiting.keys()].find((key) => now >= (this.#known.get(key)?.next ?? 0));

    if (due !== undefined) {
      this.#tell(due, now);
      this.#wait(PACE_MS);
    } else if (this.#lost > 0) {
      this.#tellLost();
    }

    if (this.#waiting.size > 0) {
      this.#wait(PACE_MS);
    }
  }

  /** @param {string} key @param {number} now */
  #tell(key, now) {
    const trouble = this.#waiting.get(key);
    const known = this.#known.get(key);

    if (trouble === undefined) {
      return;
    }

    const pause = known === undefined ? FIRST_PAUSE_MS : Math.min(known.pause * 2, LAST_PAUSE_MS);
    this.#waiting.delete(key);
    this.#known.delete(key);
    this.#known.set(key, { next: now + pause, pause });
    [...this.#known.keys()].slice(0, -MOST_KNOWN).forEach((oldest) => this.#known.delete(oldest));
    this.#send(trouble);
  }

  #tellLost() {
    const text = `and ${this.#lost} more messages`;
    this.#lost = 0;
    this.#send({ level: "warning", text, place: "", count: 1 });
  }

  /** The page goes, and what it does not say now it never will. */
  #tellAll() {
    if (this.line.isConnected) {
      [...this.#waiting.keys()].slice(0, MOST_AT_LAST).forEach((key) => this.#tell(key, performance.now()));
    }
  }

  /** @param {Trouble & { count: number }} trouble */
  #send({ level, text, place, count }) {
    this.line.send(fitted({ type: "said", page: this.config.page, level, text, place, count }));
  }
}

/**
 * The message, cut to what the server takes, whatever its letters come to as bytes.
 * @param {Said} message
 * @returns {Said}
 */
export function fitted(message) {
  let fit = { ...message, text: message.text.slice(0, LONGEST_TEXT), place: message.place.slice(0, LONGEST_PLACE) };

  for (let bytes = sizeOf(fit); bytes > MOST_BYTES && fit.text !== ""; bytes = sizeOf(fit)) {
    fit = { ...fit, text: fit.text.slice(0, Math.floor((fit.text.length * MOST_BYTES) / bytes) - 1) };
  }

  return fit;
}

/** @param {Said} message */
function sizeOf(message) {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}
