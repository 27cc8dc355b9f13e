/**
 * Loading the page anew, never behind the user's back: a page that came from POST, that holds unsent input or whose server
 * cannot render it now is offered a reload instead. A page that reloads itself in a circle is stopped.
 */

/** @typedef {import("./pill.js").Pill} Pill */

/** More reloads than this in that many ms are a circle: a page that changes a watched file by being loaded. */
const MOST = 5;
const WINDOW_MS = 10_000;
/** Boot ids of this project's servers that a tab remembers. */
const BOOTS = 32;
/** A page that is still here after that (a `beforeunload` dialog was declined) gets the offer. */
const STILL_HERE_MS = 3000;
const SAID_MS = 4000;
const TIMES = "asgi-reload:reloads";
const SAID = "asgi-reload:said";
const BOOTS_MET = "asgi-reload:boots";

export class Reloader {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isPaced = false;

  /**
   * @param {Pill} pill
   * @param {import("./storage.js").TabStorage} storage
   * @param {() => string | null} objection why this page should not be reloaded unasked, null if nothing speaks against it
   */
  constructor(pill, storage, objection) {
    this.pill = pill;
    this.storage = storage;
    this.objection = objection;
  }

  /** After a reload: say why it was. */
  recall() {
    const reason = this.storage.read(SAID);

    if (reason !== "") {
      this.storage.write(SAID, "");
      this.pill.note(`reload: ${reason}`, SAID_MS);
      this.pill.result(`reload: ${reason}`, false);
    }
  }

  /**
   * Reload after `delay` ms, or offer to.
   * @param {string} reason @param {number} [delay]
   * @returns {"reload" | "offered"}
   */
  reload(reason, delay = 0) {
    const objection = this.objection() ?? this.#circle();

    if (objection !== null) {
      this.offer(`${reason}; ${objection}`);
      return "offered";
    }

    this.pill.note(`reloading: ${reason}`, Infinity);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#go(reason), delay);
    return "reload";
  }

  /** @param {string} reason */
  offer(reason) {
    this.pill.offer(`update ready: ${reason}`, () => location.reload());
  }

  /**
   * Another life of the server answers. A process takes its time to start, so a new one makes no fast circle; one that this
   * tab has met before may (two processes that answer by turns).
   * @param {string} boot
   */
  meet(boot) {
    const met = this.#read(BOOTS_MET);
    this.#isPaced = !met.includes(boot);
    this.#write(BOOTS_MET, [...met.filter((other) => other !== boot), boot].slice(-BOOTS));
  }

  /** @param {string} reason */
  #go(reason) {
    const objection = this.objection();

    if (objection !== null) {
      this.offer(`${reason}; ${objection}`); // something was typed during the notice
      return;
    }

    if (!this.#isPaced) {
      this.#write(TIMES, [...this.#recent(), Date.now()].map(String));
    }

    this.storage.write(SAID, reason);
    location.reload(); // unlike an assignment to `location`, keeps the scroll position
    setTimeout(() => this.offer(reason), STILL_HERE_MS);
  }

  #circle() {
    return !this.#isPaced && this.#recent().length >= MOST
      ? `reloaded ${MOST} times in ${WINDOW_MS / 1000} seconds: does loading this page change a watched file?`
      : null;
  }

  #recent() {
    return this.#read(TIMES).map(Number).filter((time) => Date.now() - time < WINDOW_MS).slice(-MOST);
  }

  /**
   * @param {string} key
   * @returns {string[]}
   */
  #read(key) {
    return (this.storage.read(key)).split(" ").filter(Boolean);
  }

  /** @param {string} key @param {string[]} values */
  #write(key, values) {
    this.storage.write(key, values.join(" "));
  }
}
