/**
 * Which corner the pill is in: it can be dragged to another, and all tabs of a site remember it.
 */

import { siteStorage } from "./storage.js";

const KEY = "asgi-reload:corner";
const CORNERS = ["bottom-right", "bottom-left", "top-left", "top-right"];
/** A hand that clicks moves this much. */
const STILL_PX = 6;

export class Corner {
  #storage = siteStorage();
  /** Where it was taken hold of. @type {{ x: number, y: number } | null} */
  #held = null;
  #isDragged = false;

  /** @param {HTMLElement} host @param {HTMLElement} root what moves with the hand @param {HTMLElement} handle */
  constructor(host, root, handle) {
    this.host = host;
    this.root = root;
    this.handle = handle;
    this.#place(this.#current());
    handle.addEventListener("pointerdown", (event) => this.#take(event));
    handle.addEventListener("pointermove", (event) => this.#drag(event));
    handle.addEventListener("pointerup", (event) => this.#drop(event));
    handle.addEventListener("pointercancel", () => this.#release());
  }

  /** Go on to the next corner. */
  next() {
    this.#settle(CORNERS[(CORNERS.indexOf(this.#current()) + 1) % CORNERS.length] ?? "");
  }

  /** Was the click that comes now the end of a drag? Told once. */
  wasDragged() {
    const wasDragged = this.#isDragged;
    this.#isDragged = false;
    return wasDragged;
  }

  #current() {
    const corner = this.#storage.read(KEY);
    return CORNERS.includes(corner) ? corner : /** @type {string} */ (CORNERS[0]);
  }

  /** @param {PointerEvent} event */
  #take({ button, clientX, clientY, pointerId }) {
    this.#isDragged = false;
    this.#held = button === 0 ? { x: clientX, y: clientY } : null;
    this.handle.setPointerCapture(pointerId); // a hand is faster than what it drags
  }

  /** @param {PointerEvent} event */
  #drag({ clientX, clientY }) {
    if (this.#held === null) {
      return;
    }

    const [x, y] = [clientX - this.#held.x, clientY - this.#held.y];

    if (this.#isDragged || Math.hypot(x, y) > STILL_PX) {
      this.#isDragged = true;
      this.root.style.translate = `${x}px ${y}px`;
    }
  }

  /** @param {PointerEvent} event */
  #drop({ clientX, clientY }) {
    if (this.#isDragged) {
      this.#settle(`${clientY < innerHeight / 2 ? "top" : "bottom"}-${clientX < innerWidth / 2 ? "left" : "right"}`);
    }

    this.#release();
  }

  #release() {
    this.#held = null;
    this.root.style.translate = "";
  }

  /** @param {string} corner */
  #settle(corner) {
    this.#storage.write(KEY, corner);
    this.#place(corner);
  }

  /** @param {string} corner */
  #place(corner) {
    this.host.setAttribute("data-corner", corner);
  }
}
