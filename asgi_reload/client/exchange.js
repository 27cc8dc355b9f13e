/**
 * One stream, many tabs: reads the event stream while anybody sits here, passes on what it says, and tells late-comers
 * what they missed. Lives in the shared worker, in the tab that leads, or in a tab of its own.
 */

import { Backoff, Nap, Pulse } from "./retry.js";
import { postMessage, readStream } from "./stream.js";

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */
/** @typedef {Extract<ServerMessage, { type: "hello" }>} Hello */
/** @typedef {Extract<ServerMessage, { type: "update" }>} Update */
/** @typedef {import("./connection.js").Position} Position */
/** @typedef {{ type: "message", message: ServerMessage } | { type: "down" }} Word what a tab hears */

/**
 * A tab: how to reach it, and what is known of it.
 * @typedef {{ say: (word: Word) => void, position: Position, url: string, isVisible: boolean, unanswered: number }} Seat
 */

/** Updates kept for tabs that join late; older ones come to one reload. */
const HISTORY = 32;
/** Pings that a tab may leave unanswered: a closed tab gives no sign, a crashed one neither. */
const UNANSWERED = 3;
/** Words of pages that wait for the server, and the pace at which they go: it drops who talks too fast. */
const OUTBOX = 256;
const PACE_MS = 60;
/** Nobody sees a failed request in a worker's console, and a server on this machine does not mind. */
const LAST_RETRY_MS = 1000;

export class Exchange {
  /** @type {Map<string, Seat>} */
  #seats = new Map();
  /** @type {Update[]} */
  #history = [];
  /** @type {{ client: string, message: PageMessage }[]} */
  #outbox = [];
  /** @type {Hello | null} */
  #hello = null;
  /** @type {Position | null} what the stream has said so far */
  #heard = null;
  #missedBefore = 0;
  #missed = 0;
  #isPosting = false;
  #isRunning = false;
  #isStale = false;
  #wait = 0;
  #abort = new AbortController();
  #backoff = new Backoff(LAST_RETRY_MS);
  #nap = new Nap();
  #pulse = new Pulse(() => this.#abort.abort());

  /** @param {import("./stream.js").Address} address */
  constructor(address) {
    this.address = address;
  }

  /**
   * Take a seat, or take it again after a silence.
   * @param {string} id @param {Omit<Seat, "unanswered">} seat
   */
  join(id, seat) {
    this.#seats.set(id, { ...seat, unanswered: 0 });

    if (this.#hello !== null) {
      this.#welcome(id, this.#hello);
    } else if (!this.#isRunning) {
      void this.#run();
    } else {
      this.wake();
    }
  }

  /** @param {string} id */
  leave(id) {
    const seat = this.#seats.get(id);

    if (seat !== undefined) {
      this.#seats.delete(id);
      this.#post({ type: "gone", page: seat.position.page });
    }

    if (this.#seats.size === 0) {
      this.#abort.abort();
      this.#nap.wake();
    }
  }

  /**
   * A tab says something to the server.
   * @param {string} id @param {PageMessage} message
   */
  send(id, message) {
    const seat = this.#seats.get(id);

    if (seat !== undefined && message.type === "page") {
      seat.isVisible = message.visible;
      seat.url = message.url;
      if (message.visible) {
        this.wake();
      }
    }

    this.#post(message);
  }

  /** @param {string} id */
  isAlive(id) {
    const seat = this.#seats.get(id);

    if (seat !== undefined) {
      seat.unanswered = 0;
    }
  }

  /** Somebody looks: is the stream alive? If it is down, try at once. */
  wake() {
    if (this.#hello !== null && this.#pulse.isLate) {
      this.#abort.abort();
    }

    this.#nap.wake();
  }

  async #run() {
    this.#isRunning = true;

    for (let seat = this.#first(); seat !== undefined && !this.#isStale; seat = this.#first()) {
      this.#abort = new AbortController();
      this.#pulse.beat();
      await readStream(this.address, this.#heard ?? seat.position, (message) => this.#hear(message), this.#abort.signal);
      this.#pulse.stop();
      this.#hello = null;
      this.#toAll({ type: "down" });
      await this.#rest();
    }

    this.#isRunning = false;
  }

  async #rest() {
    if (this.#seats.size > 0 && !this.#isStale) {
      await this.#nap.sleep(this.#wait || this.#backoff.next());
      this.#wait = 0;
    }

    // Tabs that nobody sees can wait until somebody does.
    while (this.#seats.size > 0 && ![...this.#seats.values()].some((seat) => seat.isVisible)) {
      await this.#nap.sleep(2 ** 31 - 1);
    }
  }

  #first() {
    return [...this.#seats.values()][0];
  }

  /** @param {ServerMessage} message */
  #hear(message) {
    this.#pulse.beat(message.type === "hello" ? message.heartbeat : undefined);

    switch (message.type) {
      case "hello":
        this.#greet(message);
        return;
      case "update":
        this.#remember(message);
        break;
      case "ping":
        this.#compare(message.seq);
        this.#callTheRoll();
        break;
      case "busy":
        this.#wait = message.retry;
        break;
      case "stale":
        this.#isStale = true;
        break;
      case "bye":
        break;
    }

    this.#toAll({ type: "message", message });
  }

  /** @param {Hello} hello */
  #greet(hello) {
    const before = this.#heard ?? this.#first()?.position;
    this.#backoff.reset();
    this.#hello = hello;

    if (before === undefined || before.boot !== hello.boot) {
      this.#history = [];
      this.#missedBefore = hello.seq;
      this.#heard = { boot: hello.boot, seq: hello.seq, page: before?.page ?? "" };
    } else {
      // What was missed meanwhile follows.
      this.#missedBefore = this.#heard === null ? before.seq : this.#missedBefore;
      this.#heard = { ...before };
    }

    for (const id of this.#seats.keys()) {
      this.#welcome(id, hello);
    }
  }

  /** @param {string} id @param {Hello} hello */
  #welcome(id, hello) {
    const seat = this.#seats.get(id);

    if (seat === undefined || this.#heard === null) {
      return;
    }

    const { position } = seat;
    seat.say({ type: "message", message: { ...hello, seq: Math.max(hello.seq, this.#heard.seq) } });

    if (position.boot === hello.boot) {
      for (const update of this.#since(position.seq, hello)) {
        seat.say({ type: "message", message: update });
      }
    }
  }

  /**
   * @param {number} seq @param {Hello} hello
   * @returns {Update[]}
   */
  #since(seq, hello) {
    if (seq >= this.#missedBefore) {
      return this.#history.filter((update) => update.seq > seq);
    }

    const now = this.#heard?.seq ?? hello.seq;
    const reason = "this page missed updates";
    return [
      { type: "update", seq: now, generation: hello.generation, steps: [{ type: "reload", paths: [], reason, delay: 0 }] },
    ];
  }

  /** @param {Update} update */
  #remember(update) {
    this.#history.push(update);

    if (this.#history.length > HISTORY) {
      this.#missedBefore = this.#history.shift()?.seq ?? this.#missedBefore;
    }

    if (this.#heard !== null) {
      this.#heard.seq = Math.max(this.#heard.seq, update.seq);
    }

    for (const seat of this.#seats.values()) {
      seat.position.seq = Math.max(seat.position.seq, update.seq);
    }
  }

  /** @param {number} seq the server's: an update that is not here has been lost, so ask again, once */
  #compare(seq) {
    if (this.#heard !== null && seq > this.#heard.seq && seq !== this.#missed) {
      this.#missed = seq;
      this.#abort.abort();
    }
  }

  #callTheRoll() {
    for (const [id, seat] of this.#seats) {
      seat.unanswered += 1;
      if (seat.unanswered > UNANSWERED) {
        this.leave(id);
      }
    }
  }

  /** @param {Word} word */
  #toAll(word) {
    for (const seat of this.#seats.values()) {
      seat.say(word);
    }
  }

  /** @param {PageMessage} message */
  #post(message) {
    if (this.#hello !== null && this.#outbox.length < OUTBOX) {
      this.#outbox.push({ client: this.#hello.client, message });
      if (!this.#isPosting) {
        void this.#postAll();
      }
    }
  }

  async #postAll() {
    this.#isPosting = true;

    for (let next = this.#outbox.shift(); next !== undefined; next = this.#outbox.shift()) {
      await postMessage(this.address, next.client, next.message);
      if (this.#outbox.length > 0) {
        await new Promise((resolve) => setTimeout(resolve, PACE_MS));
      }
    }

    this.#isPosting = false;
  }
}
