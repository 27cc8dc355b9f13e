/**
 * A line over one event stream for all tabs of a browser. Where the stream is read differs: in a shared worker, else in
 * the tab that holds a lock, else (no locks in an insecure context) in each tab for itself.
 */

import { serve } from "./desk.js";
import { Exchange } from "./exchange.js";
import { checked, isRecord } from "./messages.js";
import { Pulse } from "./retry.js";
import { connectWorker, nameOf } from "./shared.js";

/** @typedef {import("./connection.js").Line} Line */
/** @typedef {import("./connection.js").LineOwner} LineOwner */
/** @typedef {import("./protocol.js").Config} Config */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */
/** @typedef {import("./desk.js").Request} Request */
/** @typedef {{ kind: string, ask: (request: Request) => void, close: () => void }} Seat a place at an exchange */

/** @implements {Line} */
export class HubLine {
  /** @type {Seat | null} */
  #seat = null;
  #isClosed = false;
  #opening = 0;
  #pulse = new Pulse(() => this.#reopen());

  /** @param {Config} config @param {LineOwner} owner */
  constructor(config, owner) {
    this.config = config;
    this.owner = owner;
  }

  get kind() {
    return this.#seat?.kind ?? "sse";
  }

  open() {
    void this.#takeSeat();
  }

  close() {
    this.#isClosed = true;
    this.#leave();
  }

  check() {
    if (this.#pulse.isLate) {
      this.#reopen();
    } else {
      this.#seat?.ask({ type: "wake" });
    }
  }

  /** @param {PageMessage} message */
  send(message) {
    this.#seat?.ask({ type: "send", message });
  }

  async #takeSeat() {
    this.#opening += 1;
    const opening = this.#opening;
    this.#pulse.beat();
    const seat = await openSeat(this.config, (word) => this.#hear(word), () => this.#join());

    if (this.#isClosed || opening !== this.#opening) {
      seat.close();
      return;
    }

    this.#seat = seat;
    seat.ask(this.#join());
  }

  #leave() {
    this.#opening += 1;
    this.#pulse.stop();
    this.#seat?.ask({ type: "leave" });
    this.#seat?.close();
    this.#seat = null;
  }

  #reopen() {
    this.#leave();
    this.owner.down();
    void this.#takeSeat();
  }

  /** @returns {Request} */
  #join() {
    const isVisible = document.visibilityState === "visible";
    return { type: "join", position: this.owner.position(), isVisible };
  }

  /** @param {unknown} word */
  #hear(word) {
    if (this.#isClosed || !isRecord(word)) {
      return;
    }

    if (word.type === "down") {
      this.#pulse.beat();
      this.owner.down();
      return;
    }

    const message = word.type === "message" ? checked(word.message) : null;

    if (message !== null) {
      this.#pulse.beat(message.type === "hello" ? message.heartbeat : undefined);
      if (message.type === "ping") {
        this.#seat?.ask({ type: "alive" });
      }
      this.owner.hear(message);
    }
  }
}

/**
 * @param {Config} config @param {(word: unknown) => void} hear
 * @param {() => Request} join how to take the seat again when the lead changes
 * @returns {Promise<Seat>}
 */
async function openSeat(config, hear, join) {
  const port = await connectWorker(config);

  if (port !== null) {
    return workerSeat(port, config, hear);
  }

  return "locks" in navigator && "BroadcastChannel" in self
    ? new SharedSeat(config, hear, join)
    : ownSeat(config, hear);
}

/**
 * @param {MessagePort} port @param {Config} config @param {(word: unknown) => void} hear
 * @returns {Seat}
 */
function workerSeat(port, { base, token }, hear) {
  port.onmessage = (event) => hear(event.data);
  port.postMessage({ type: "address", base, token });
  return { kind: "sse, shared worker", ask: (request) => port.postMessage(request), close: () => port.close() };
}

/**
 * @param {Config} config @param {(word: unknown) => void} hear
 * @returns {Seat}
 */
function ownSeat({ base, token }, hear) {
  const exchange = new Exchange({ base, token });
  return { kind: "sse, own", ask: (request) => serve(exchange, "own", request, hear), close: () => exchange.leave("own") };
}

/** A seat among tabs of which the one that holds the lock has the exchange; when it goes, the next in line takes over. */
class SharedSeat {
  #id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  /** @type {Exchange | null} */
  #exchange = null;
  #abort = new AbortController();
  /** @type {BroadcastChannel} */
  #channel;
  #release = () => {};

  /** @param {Config} config @param {(word: unknown) => void} hear @param {() => Request} join */
  constructor(config, hear, join) {
    const name = nameOf(config);
    this.config = config;
    this.hear = hear;
    this.join = join;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event) => this.#receive(event.data);
    // Refused when it is aborted, and when the document is on its way out.
    navigator.locks.request(name, { signal: this.#abort.signal }, () => this.#lead()).catch(() => {});
  }

  get kind() {
    return this.#exchange === null ? "sse, follower" : "sse, leader";
  }

  /** @param {Request} request */
  ask(request) {
    if (this.#exchange === null) {
      this.#channel.postMessage({ to: "leader", from: this.#id, request });
    } else {
      serve(this.#exchange, this.#id, request, this.hear);
    }
  }

  close() {
    this.#exchange?.leave(this.#id);
    this.#abort.abort();
    this.#release();
    this.#channel.close();
  }

  /** @returns {Promise<void>} held as long as this tab leads */
  #lead() {
    const { base, token } = this.config;
    this.#exchange = new Exchange({ base, token });
    this.ask(this.join());
    this.#channel.postMessage({ to: "all", word: { type: "lead" } });
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** @param {unknown} mail */
  #receive(mail) {
    if (!isRecord(mail)) {
      return;
    }

    if (mail.to === "leader" && this.#exchange !== null && typeof mail.from === "string") {
      const to = mail.from;
      serve(this.#exchange, to, mail.request, (word) => this.#channel.postMessage({ to, word }));
    } else if (mail.to === "all" && this.#exchange === null) {
      this.ask(this.join());
    } else if (mail.to === this.#id) {
      this.hear(mail.word);
    }
  }
}
