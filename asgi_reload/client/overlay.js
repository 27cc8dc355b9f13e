/**
 * When problems stand on a sheet above the page: opens for one that is new or has changed, is put away by Esc, goes with the
 * last of them. What they look like is the sheet's business, which is fetched when it is needed first.
 */

/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {import("./sheet.js").Sheet} Sheet */

const PUT_AWAY = "asgi-reload:put-away";
const MOST = 32;
const LONGEST = 200;

export class Overlay {
  /** @type {Problem[]} */
  #problems = [];
  /** @type {Sheet | null} */
  #sheet = null;
  /** @type {Promise<void> | null} */
  #loading = null;
  #isOpen = false;

  /**
   * @param {object} parts
   * @param {boolean} parts.isOn may it be seen at all?
   * @param {string} parts.boot the server's life: its problems are numbered anew in the next
   * @param {import("./curtain.js").Curtain} parts.curtain
   * @param {import("./storage.js").TabStorage} parts.storage
   * @param {() => void} parts.moved called when it comes or goes
   */
  constructor({ isOn, boot, curtain, storage, moved }) {
    this.isOn = isOn;
    this.boot = boot;
    this.curtain = curtain;
    this.storage = storage;
    this.moved = moved;
    curtain.whenMoved(() => this.#present());
  }

  get isOpen() {
    return this.isOn && this.#isOpen && !this.curtain.isDown;
  }

  /** Is all that is wrong to be read right now, here or on the page itself? */
  get isReading() {
    return this.isOn && (this.#problems.length === 0 || (this.isOpen && this.#sheet !== null));
  }

  /** @param {readonly Problem[]} problems newest first */
  show(problems) {
    const known = new Set([...this.#problems.map((problem) => this.#keyOf(problem)), ...this.#putAway(problems)]);
    this.#problems = problems.filter(isForTheSheet);
    this.#isOpen = this.#problems.length > 0 && (this.#isOpen || this.#problems.some((one) => !known.has(this.#keyOf(one))));
    this.#present();
  }

  /** Show it again. @returns {boolean} false if there is nothing to show, or it may not be seen */
  open() {
    this.#isOpen = this.#problems.length > 0;
    this.#present();
    return this.isOn && this.#isOpen;
  }

  /** Put it away until there is something new. */
  hide() {
    this.#isOpen = false;
    this.#remember(this.#problems.map((problem) => this.#keyOf(problem)));
    this.#present();
  }

  #present() {
    if (this.#sheet !== null) {
      this.#sheet.show(this.isOpen ? this.#problems : []);
      this.moved();
    } else if (this.isOpen) {
      this.#loading ??= this.#load();
    }
  }

  async #load() {
    try {
      const { createSheet } = await import("./sheet.js");
      this.#sheet = await createSheet(() => this.hide());
      this.#present();
    } catch {
      this.#loading = null; // the server has gone meanwhile; the pill tells of it
    }
  }

  /** What has been put away of these; what is healed is forgotten. @param {readonly Problem[]} problems */
  #putAway(problems) {
    const standing = new Set(problems.map((problem) => this.#keyOf(problem)));
    const keys = this.storage.read(PUT_AWAY).split(" ").filter((key) => standing.has(key));
    this.#remember(keys);
    return keys;
  }

  /** @param {readonly string[]} keys */
  #remember(keys) {
    this.storage.write(PUT_AWAY, keys.slice(0, MOST).join(" "));
  }

  /** A page numbers its own problems anew each time it is loaded. @param {Problem} problem */
  #keyOf({ source, id, title }) {
    return `${this.boot}/${source}/${encodeURIComponent(source === "page" ? title.slice(0, LONGEST) : id)}`;
  }
}

/**
 * A restart is the pill's; what stands on the page already (it is the page of an app that fails) need not be told twice.
 * @param {Problem} problem
 */
function isForTheSheet({ source, title }) {
  const page = document.querySelector("main[data-asgi-reload-failure]");
  return source !== "restart" && page?.getAttribute("data-asgi-reload-failure") !== title;
}
