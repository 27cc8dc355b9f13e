/**
 * The line over which the server says that there is news: the client's own WebSocket, or its event stream where there can
 * be none. It connects again by itself, for ever.
 */

import { Exchange } from "../exchange.js";
import { visible } from "../probe.js";
import { SocketLine } from "../socket.js";

/** @typedef {import("../connection.js").LineOwner} LineOwner */
/** @typedef {import("../connection.js").Position} Position */
/** @typedef {import("../protocol.js").ServerMessage} ServerMessage */
/** @typedef {Pick<import("../protocol.js").Config, "base" | "client" | "token" | "boot" | "seq" | "transport">} Config */

/**
 * Whom it tells. `renewed`: another life of the server answers, with another token.
 * @typedef {{ news: () => void, live: (kind: string) => void, away: () => void, renewed: () => void }} Follower
 */

const SEAT = "dashboard";

/** @implements {LineOwner} */
export class Follow {
  #kind = "WebSocket";
  #seq;

  /** @param {Config} config @param {Follower} follower */
  constructor(config, follower) {
    this.config = config;
    this.follower = follower;
    this.#seq = config.seq;
  }

  start() {
    if (this.config.transport === "sse") {
      this.impossible();
      return;
    }

    const line = new SocketLine(/** @type {import("../protocol.js").Config} */ (this.config), this, visible);
    addEventListener("online", () => line.check());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && line.check());
    line.open();
  }

  /** @returns {Position} */
  position() {
    return { boot: this.config.boot, seq: this.#seq, page: SEAT, follow: true };
  }

  /** @param {ServerMessage} message */
  hear(message) {
    switch (message.type) {
      case "hello":
        this.#greet(message.boot, message.seq);
        break;
      case "stale":
        this.follower.renewed();
        break;
      case "update":
        this.#seq = Math.max(this.#seq, message.seq);
        this.follower.news();
        break;
      case "bye":
      case "busy":
        this.follower.away();
        break;
      case "ping":
        break;
      default:
        this.follower.news();
    }
  }

  down() {
    this.follower.away();
  }

  impossible() {
    this.#kind = "event stream";
    const exchange = new Exchange({ base: this.config.base, token: this.config.token });
    document.addEventListener("visibilitychange", () => exchange.wake());
    exchange.join(SEAT, {
      position: this.position(),
      isVisible: true,
      say: (word) => {
        exchange.isAlive(SEAT);
        return word.type === "down" ? this.down() : this.hear(word.message);
      },
    });
  }

  /** @param {string} boot @param {number} seq */
  #greet(boot, seq) {
    if (boot !== this.config.boot) {
      this.follower.renewed();
      return;
    }

    this.#seq = Math.max(this.#seq, seq);
    this.follower.live(this.#kind);
    this.follower.news();
  }
}
