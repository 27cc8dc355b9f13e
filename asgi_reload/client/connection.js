/**
 * A page's place in the story: which updates it has seen, over which line it hears of the next, and when that line has to
 * be looked at: page shown or hidden, network back, returned from the back/forward cache. What an update does to the page is
 * its owner's business.
 */

import { HubLine } from "./hub.js";
import { never } from "./never.js";
import { Probe } from "./probe.js";
import { SocketLine } from "./socket.js";

/** @typedef {import("./protocol.js").Config} Config */
/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */
/** @typedef {Extract<ServerMessage, { type: "update" }>} Update */
/** @typedef {{ boot: string, seq: number, page: string, follow?: boolean }} Position the last update that a page has seen */

/**
 * A way to the server that connects by itself, again and again. `check` looks whether it is still alive.
 * @typedef {{
 *   readonly kind: string,
 *   open: () => void,
 *   close: () => void,
 *   check: () => void,
 *   send: (message: PageMessage) => void,
 * }} Line
 */

/**
 * Whom a line tells. `impossible`: it has never opened and will not try again.
 * @typedef {{
 *   position: () => Position,
 *   hear: (message: ServerMessage) => void,
 *   down: () => void,
 *   impossible: () => void,
 * }} LineOwner
 */

/**
 * Whom a connection tells. `renewed`: another life of the server answers, this page is of an earlier one. `problems`: so
 * many things are wrong now. `asked`: somebody wants this page to be loaded anew.
 * @typedef {{
 *   update: (update: Update) => void,
 *   problems: (count: number) => void,
 *   asked: (reason: string) => void,
 *   renewed: (boot: string) => void,
 *   connected: () => void,
 *   down: () => void,
 *   shown: () => void,
 * }} ConnectionOwner
 */

/** The worker is called when the page has had time to settle. */
const PREPARE_MS = 2000;
/** What the server takes of a page's words. */
const LONGEST_URL = 2048;
const REFUSED = "asgi-reload:no-websocket";

/** @implements {LineOwner} */
export class Connection {
  /** @type {Line | null} */
  #line = null;
  #isConnected = false;
  /** The seq of a ping that told of an update we do not have: asked for again once. */
  #missed = 0;
  /** @type {Position} */
  #position;
  #probe;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #preparation;

  /** @param {Config} config @param {ConnectionOwner} owner @param {import("./storage.js").TabStorage} storage */
  constructor(config, owner, storage) {
    this.config = config;
    this.owner = owner;
    this.storage = storage;
    this.generation = config.generation;
    this.#position = { boot: config.boot, seq: config.seq, page: config.page };
    this.#probe = new Probe(config);
  }

  get isConnected() {
    return this.#isConnected;
  }

  get transport() {
    return this.#line?.kind ?? "none";
  }

  /** @returns {Position} */
  position() {
    return { ...this.#position };
  }

  /** Connect, and stay so until the page goes. */
  start() {
    addEventListener("pagehide", () => this.#hang());
    addEventListener("pageshow", (event) => event.persisted && this.#open());
    addEventListener("online", () => this.#line?.check());
    document.addEventListener("resume", () => this.#line?.check());
    document.addEventListener("visibilitychange", () => this.#look());
    this.#open();
  }

  /** Drop the line and connect anew. */
  reconnect() {
    this.#line?.close();
    this.down();
    this.#open();
  }

  /** @param {PageMessage} message */
  send(message) {
    this.#line?.send(message);
  }

  /** @param {ServerMessage} message */
  hear(message) {
    switch (message.type) {
      case "hello":
        this.#welcome(message);
        break;
      case "update":
        this.#receive(message);
        break;
      case "ping":
        this.#compare(message.seq);
        break;
      case "stale":
        this.owner.renewed(message.boot);
        break;
      case "problems":
        this.owner.problems(message.count);
        break;
      case "reload":
        if (message.page === this.#position.page) {
          this.owner.asked(message.reason);
        }
        break;
      case "busy":
      case "bye":
      case "news":
        break;
      default:
        never(message);
    }
  }

  down() {
    this.#isConnected = false;
    this.owner.down();
  }

  /** The upgrade was refused, or this browser has no WebSockets: take the stream for as long as this server lives. */
  impossible() {
    this.storage.write(REFUSED, this.config.boot);
    this.#line = new HubLine(this.config, this);
    this.#line.open();
  }

  #open() {
    const { transport, boot } = this.config;
    const isRefused = this.storage.read(REFUSED) === boot;
    const wantsSocket = transport === "ws" || (transport === "auto" && !isRefused && typeof WebSocket === "function");
    this.#line = wantsSocket
      ? new SocketLine(this.config, this, () => this.#probe.reachable())
      : new HubLine(this.config, this);
    this.#line.open();
  }

  #hang() {
    clearTimeout(this.#preparation);
    this.#line?.send({ type: "gone", page: this.#position.page });
    this.#line?.close();
    this.#line = null;
    this.#isConnected = false;
    this.#probe.release();
  }

  #look() {
    if (this.#isConnected) {
      this.#announce();
    }

    if (document.visibilityState === "visible") {
      this.#line?.check();
      this.owner.shown();
    }
  }

  #announce() {
    const { page } = this.#position;
    const url = location.href.slice(0, LONGEST_URL);
    this.send({ type: "page", page, url, visible: document.visibilityState === "visible" });
  }

  /** @param {Extract<ServerMessage, { type: "hello" }>} hello */
  #welcome(hello) {
    const isRenewed = hello.boot !== this.#position.boot;
    const wasConnected = this.#isConnected;
    this.#isConnected = true;
    this.generation = hello.generation;
    this.#announce();

    if (isRenewed) {
      this.#position = { ...this.#position, boot: hello.boot, seq: hello.seq };
    }

    if (!wasConnected) {
      this.owner.connected();
    }

    this.owner.problems(hello.problems);

    if (isRenewed) {
      this.owner.renewed(hello.boot);
    }

    if (this.#line instanceof SocketLine) {
      clearTimeout(this.#preparation);
      this.#preparation = setTimeout(() => void this.#probe.prepare(), PREPARE_MS);
    }
  }

  /** @param {Update} update */
  #receive(update) {
    if (update.seq > this.#position.seq) {
      this.#position.seq = update.seq;
      this.generation = update.generation;
      this.owner.update(update);
    }
  }

  /** @param {number} seq the server's */
  #compare(seq) {
    if (seq > this.#position.seq && seq !== this.#missed) {
      this.#missed = seq;
      this.reconnect();
    }
  }
}
