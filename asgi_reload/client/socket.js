/**
 * A line over a WebSocket, one per tab: sockets do not count towards the six connections that a browser opens to one host.
 * It connects again by itself, for ever; what the messages mean is its owner's business.
 */

import { decode } from "./messages.js";
import { Backoff, Nap, Pulse } from "./retry.js";

/** @typedef {import("./connection.js").Line} Line */
/** @typedef {import("./connection.js").LineOwner} LineOwner */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */

/**
 * How an attempt ended: was it ever open, were we welcome, how long are we to stay away, is there a sense in trying again.
 * @typedef {{ opened: boolean, isWelcome: boolean, retry?: number, isFinal?: boolean }} End
 */

/** An upgrade that takes longer than this has been swallowed on the way. */
const OPEN_DEADLINE_MS = 4000;
const SUBPROTOCOL = "asgi-reload";

/** @implements {Line} */
export class SocketLine {
  kind = "ws";
  #isClosed = false;
  #hasOpened = false;
  #backoff = new Backoff();
  #nap = new Nap();
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {() => void} */
  #hangUp = () => {};
  #pulse = new Pulse(() => this.#hangUp());

  /**
   * @param {import("./protocol.js").Config} config
   * @param {LineOwner} owner
   * @param {() => Promise<void>} reachable resolves when it makes sense to try again: the page is seen, a server answers
   */
  constructor(config, owner, reachable) {
    this.config = config;
    this.owner = owner;
    this.reachable = reachable;
  }

  open() {
    void this.#run();
  }

  close() {
    this.#isClosed = true;
    this.#nap.wake();
    this.#hangUp();
  }

  check() {
    if (this.#socket?.readyState === WebSocket.OPEN && this.#pulse.isLate) {
      this.#hangUp();
    }

    this.#nap.wake();
  }

  /** @param {PageMessage} message */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  async #run() {
    while (!this.#isClosed) {
      const end = await this.#attempt();

      if (this.#isClosed || end.isFinal) {
        return;
      }

      this.#hasOpened ||= end.opened;

      if (!this.#hasOpened && this.config.transport === "auto") {
        this.owner.impossible();
        return;
      }

      this.owner.down();

      if (end.isWelcome) {
        this.#backoff.reset();
      }

      await this.#nap.sleep(end.retry ?? this.#backoff.next());
      await this.reachable();
    }
  }

  /** @returns {Promise<End>} */
  #attempt() {
    return new Promise((resolve) => {
      /** @type {End} */
      const end = { opened: false, isWelcome: false };
      const socket = this.#construct();

      if (socket === null) {
        resolve(end);
        return;
      }

      const deadline = setTimeout(() => this.#hangUp(), OPEN_DEADLINE_MS);
      this.#socket = socket;
      // A socket on a dead network stays in CLOSING for a minute; the attempt ends when we say so.
      this.#hangUp = () => {
        clearTimeout(deadline);
        this.#pulse.stop();
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
        this.#socket = null;
        this.#hangUp = () => {};
        resolve(end);
      };
      socket.onopen = () => {
        clearTimeout(deadline);
        end.opened = true;
        this.#pulse.beat();
      };
      socket.onclose = () => this.#hangUp();
      socket.onmessage = (event) => this.#hear(event.data, end);
    });
  }

  /** @returns {WebSocket | null} null where pages may not, or a page has put something else in its place */
  #construct() {
    const { base, token } = this.config;
    const address = `${location.origin.replace(/^http/, "ws")}${base}/ws?${query(this.owner.position())}`;

    try {
      const socket = new WebSocket(address, [SUBPROTOCOL, `token.${token}`]);
      return typeof socket.close === "function" ? socket : null;
    } catch {
      return null;
    }
  }

  /** @param {unknown} data @param {End} end */
  #hear(data, end) {
    const message = decode(String(data));

    if (message === null) {
      return;
    }

    this.#pulse.beat(message.type === "hello" ? message.heartbeat : undefined);
    end.isWelcome ||= message.type === "hello";

    if (message.type === "ping") {
      this.send({ type: "pong", seq: message.seq });
    } else if (message.type === "busy") {
      end.retry = message.retry;
    } else if (message.type === "stale") {
      end.isFinal = true;
    }

    this.owner.hear(message);
  }
}

/**
 * Where a page stands, as the server's routes read it.
 * @param {import("./connection.js").Position} position
 * @returns {string}
 */
export function query(position) {
  const { boot, seq, page, follow } = position;
  return new URLSearchParams({ boot, seq: String(seq), page, ...(follow ? { follow: "1" } : {}) }).toString();
}
