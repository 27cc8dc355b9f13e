/**
 * When to try again: a back-off that never gives up, naps that can be cut short, and how long silence may last.
 */

const FIRST_MS = 100;
const LAST_MS = 3000;
const FACTOR = 1.6;
const JITTER = 0.25;

/** Heartbeats that may be missed before a line counts as dead. */
const MISSED = 3;
/** Before `hello` has told the interval. */
const FIRST_HEARTBEAT_S = 5;
/** How late a heartbeat may be, in ms, without anything being wrong. */
const SLACK_MS = 2000;

/** Delays that grow and are never quite the same, so that thirty tabs do not come at once. */
export class Backoff {
  /** @param {number} last the longest delay, in ms */
  constructor(last = LAST_MS) {
    this.last = last;
    this.delay = FIRST_MS;
  }

  /** @returns {number} ms */
  next() {
    const delay = this.delay * (1 + JITTER * (2 * Math.random() - 1));
    this.delay = Math.min(this.delay * FACTOR, this.last);
    return Math.min(delay, this.last);
  }

  reset() {
    this.delay = FIRST_MS;
  }
}

/** Sleep that somebody else may end. */
export class Nap {
  #wake = () => {};

  /**
   * @param {number} ms
   * @returns {Promise<void>}
   */
  sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#wake();
  }
}

/** Tells when a line has been silent for too long. Timers sleep with the machine, so `isLate` can be asked at any time. */
export class Pulse {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #last = Date.now();
  #interval = FIRST_HEARTBEAT_S * 1000;

  /** @param {() => void} dead called once the line has been silent for three heartbeats */
  constructor(dead) {
    this.dead = dead;
  }

  /**
   * Something was heard.
   * @param {number} [heartbeat] seconds between two signs of life from now on
   */
  beat(heartbeat) {
    this.#interval = heartbeat === undefined ? this.#interval : heartbeat * 1000;
    this.#last = Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.dead, this.#interval * MISSED);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** Is a heartbeat overdue? */
  get isLate() {
    return Date.now() - this.#last > this.#interval + SLACK_MS;
  }
}
