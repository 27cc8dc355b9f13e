/**
 * One key hides all of ours, and shows it again; the tab remembers which. Pages that a program drives are left as they
 * are, unless that was asked for.
 */

const KEY = "asgi-reload:hidden";
/** No browser has a use for it. By `code`: with Alt held down, macOS types another letter. */
export const CHORD = "Alt+Shift+R";

export class Curtain {
  /** @type {(() => void)[]} */
  #listeners = [];
  #isDown;

  /** @param {import("./storage.js").TabStorage} storage */
  constructor(storage) {
    this.storage = storage;
    this.#isDown = storage.read(KEY) === "yes";
    addEventListener("keydown", (event) => isChord(event) && this.toggle(), true);
  }

  get isDown() {
    return this.#isDown;
  }

  toggle() {
    this.#isDown = !this.#isDown;
    this.storage.write(KEY, this.#isDown ? "yes" : "");
    this.#listeners.forEach((listener) => listener());
  }

  /** @param {() => void} listener called after each change */
  whenMoved(listener) {
    this.#listeners.push(listener);
  }
}

/**
 * Does this option let a part of ours be seen? Not in a frame of a page that shows the same already.
 * @param {"auto" | "on" | "off"} option
 */
export function mayShow(option) {
  return (option === "on" || (option === "auto" && !navigator.webdriver)) && !isInside();
}

function isInside() {
  try {
    return parent !== window && "asgiReload" in parent;
  } catch {
    return false; // a frame of another site, such as an editor's preview
  }
}

/** @param {KeyboardEvent} event */
function isChord(event) {
  const { code, altKey, shiftKey, ctrlKey, metaKey, repeat } = event;
  return code === "KeyR" && altKey && shiftKey && !ctrlKey && !metaKey && !repeat;
}
