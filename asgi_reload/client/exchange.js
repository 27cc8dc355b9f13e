/**
 * One stream, many tabs: reads the event stream while anybody sits here, passes on what it says, and tells late-comers
 * what they missed. Lives in the shared worker, in the tab that leads, or in a tab of its own.
 */

import { History } from "./history.js";
import { Outbox } from "./outbox.js";
import { Backoff, Nap, Pulse } from "./retry.js";
import { Seats } from "./seats.js";
import { readStream } from "./stream.js";

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */
/** @typedef {Extract<ServerMessage, { type: "hello" }>} Hello */
/** @typedef {import("./seats.js").Seat} Seat */

/** Nobody sees a failed request in a worker's console, and a server on this machine does not mind. */
const LAST_RETRY_MS = 1000;
const FOREVER_MS = 2 ** 31 - 1;

export class Exchange {
  #seats = new Seats();
  /** @type {Hello | null} the server's welcome, while the stream is open */
  #hello = null;
  /** @type {History | null} */
  #history = null;
  /** The seq of a ping that told of an update that is not here: asked for again once. */
  #missed = 0;
  #isRunning = false;
  /** The server's word that it does not know this token: the last that is heard. @type {ServerMessage | null} */
  #stale = null;
  #isLeaving = false;
  #wait = 0;
  #abort = new AbortController();
  #backoff = new Backoff(LAST_RETRY_MS);
  #nap = new Nap();
  #pulse = new Pulse(() => this.#abort.abort());
  #outbox;

  /** @param {import("./stream.js").Address} address */
  constructor(address) {
    this.address = address;
    this.#outbox = new Outbox(address);
  }

  /**
   * Take a seat, or take it again after a silence.
   * @param {string} id @param {Seat} seat
   */
  join(id, seat) {
    this.#seats.add(id, seat);

    if (this.#hello !== null) {
      this.#welcome(id, this.#hello);
    } else if (this.#stale !== null) {
      // A page that comes out of the back/forward cache was not here to hear it.
      seat.say({ type: "message", message: this.#stale });
    } else if (this.#isRunning) {
      this.wake();
    } else {
      void this.#run();
    }
  }

  /** @param {string} id */
  leave(id) {
    const seat = this.#seats.get(id);

    if (seat !== undefined) {
      this.#seats.delete(id);
      this.#post({ type: "gone", page: seat.position.page });
    }

    if (this.#seats.isEmpty) {
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
    }

    this.#post(message);
  }

  /** @param {string} id */
  isAlive(id) {
    this.#seats.isAlive(id);
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

    for (let seat = this.#seats.first; seat !== undefined && this.#stale === null; seat = this.#seats.first) {
      this.#abort = new AbortController();
      this.#pulse.beat();
      const position = { ...seat.position, ...this.#heard() };
      const isEnd = await readStream(this.address, position, (message) => this.#hear(message), this.#abort.signal);
      const isRoutine = isEnd && this.#hello !== null && !this.#isLeaving;
      this.#pulse.stop();
      this.#hello = null;
      this.#isLeaving = false;

      // A server ends its streams from time to time, so that nothing hangs on them; that is nobody's business.
      if (!isRoutine) {
        this.#seats.tell({ type: "down" });
        await this.#rest();
      }
    }

    this.#isRunning = false;
  }

  async #rest() {
    if (!this.#seats.isEmpty && this.#stale === null) {
      await this.#nap.sleep(this.#wait || this.#backoff.next());
      this.#wait = 0;
    }

    // Tabs that nobody sees can wait until somebody does.
    while (!this.#seats.isEmpty && !this.#seats.isSeen) {
      await this.#nap.sleep(FOREVER_MS);
    }
  }

  #heard() {
    return this.#history === null ? {} : { boot: this.#history.boot, seq: this.#history.seq };
  }

  /** @param {ServerMessage} message */
  #hear(message) {
    this.#pulse.beat(message.type === "hello" ? message.heartbeat : undefined);

    switch (message.type) {
      case "hello":
        this.#greet(message);
        return;
      case "update":
        this.#history?.add(message);
        break;
      case "ping":
        this.#compare(message.seq);
        this.#seats.callTheRoll().forEach((id) => this.leave(id));
        break;
      case "busy":
        this.#wait = message.retry;
        break;
      case "stale":
        this.#stale = message;
        break;
      case "bye":
        this.#isLeaving = true;
        break;
      case "problems":
        this.#hello &&= { ...this.#hello, problems: message.count };
        break;
    }

    this.#seats.tell({ type: "message", message });
  }

  /** @param {Hello} hello */
  #greet(hello) {
    this.#backoff.reset();
    this.#hello = hello;

    if (this.#history?.boot !== hello.boot) {
      const first = this.#seats.first?.position;
      // Of a life that the first tab knows, the server now tells what that tab has missed.
      this.#history = new History(hello.boot, first?.boot === hello.boot ? first.seq : hello.seq);
    }

    for (const id of this.#seats.ids) {
      this.#welcome(id, hello);
    }
  }

  /** @param {string} id @param {Hello} hello */
  #welcome(id, hello) {
    const seat = this.#seats.get(id);

    if (seat === undefined || this.#history === null) {
      return;
    }

    seat.say({ type: "message", message: { ...hello, seq: Math.max(hello.seq, this.#history.seq) } });

    if (seat.position.boot === hello.boot) {
      for (const message of this.#history.after(seat.position.seq)) {
        seat.say({ type: "message", message });
      }
    }
  }

  /** @param {number} seq the server's */
  #compare(seq) {
    if (this.#history !== null && seq > this.#history.seq && seq !== this.#missed) {
      this.#missed = seq;
      this.#abort.abort();
    }
  }

  /** @param {PageMessage} message */
  #post(message) {
    if (this.#hello !== null) {
      this.#outbox.post(this.#hello.client, message);
    }
  }
}
