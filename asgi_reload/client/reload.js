/**
 * Loading the page anew, never behind the user's back: a page that came from POST, that holds unsent input or whose server
 * cannot render it now is offered a reload instead. A page that reloads itself in a circle is stopped.
 */

import { Circle } from "./circle.js";

/** @typedef {import("./pill.js").Pill} Pill */

/** Boot ids of this project's servers that a tab remembers. */
const BOOTS = 32;
/** A page that is still here after that (a `beforeunload` dialog was declined) gets the offer. */
const STILL_HERE_MS = 3000;
const SAID_MS = 4000;
const SAID = "asgi-reload:said";
const BOOTS_MET = "asgi-reload:boots";

export class Reloader {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isPaced = false;
  #circle;

  /**
   * @param {Pill} pill
   * @param {import("./storage.js").TabStorage} storage
   * @param {() => string | null} objection why this page should not be reloaded unasked, null if nothing speaks against it
   */
  constructor(pill, storage, objection) {
    this.pill = pill;
    this.storage = storage;
    this.objection = objection;
    this.#circle = new Circle(storage);
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
   * @param {string} reason @param {readonly string[]} [files] that it comes of @param {number} [delay]
   * @returns {{ outcome: "reload" | "offered", detail: string }} and why, in words for people
   */
  reload(reason, files = [], delay = 0) {
    const circle = this.#isPaced ? null : this.#circle.objection(files);
    const objection = this.objection();

    if (circle !== null) {
      this.stop(circle);
      return { outcome: "offered", detail: circle };
    }

    if (objection !== null) {
      const detail = `${reason}; ${objection}`;
      this.offer(detail);
      return { outcome: "offered", detail };
    }

    this.pill.note(`reloading: ${reason}`, Infinity);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#go(reason, files), delay);
    return { outcome: "reload", detail: reason };
  }

  /** Go on no longer by itself. @param {string} reason in full */
  stop(reason) {
    this.pill.offer(reason, () => location.reload());
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

  /** @param {string} reason @param {readonly string[]} files */
  #go(reason, files) {
    const objection = this.objection();

    if (objection !== null) {
      this.offer(`${reason}; ${objection}`); // something was typed during the notice
      return;
    }

    if (!this.#isPaced) {
      this.#circle.note(files);
    }

    this.storage.write(SAID, reason);
    location.reload(); // unlike an assignment to `location`, keeps the scroll position
    setTimeout(() => this.offer(reason), STILL_HERE_MS);
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
