/**
 * The small thing in the corner: what happens, how the connection is, what a person may decide. It knows what it has to
 * say; `pill_view.js` puts that on the screen, once there is something to say or the page has settled.
 */

import { PillView } from "./pill_view.js";

/** @typedef {import("./problems.js").Problem} Problem */
/** @typedef {"well" | "away" | "paused" | "restart" | "bad"} State */

/**
 * What it has to say now.
 * @typedef {object} Words
 * @property {State} state
 * @property {string} note for a moment, or ""
 * @property {string} line how the connection is while it is not well, or ""
 * @property {string} offer something that a person decides, or ""
 * @property {string} trouble what is wrong, in short, or ""
 * @property {readonly Problem[]} problems
 * @property {boolean} isPaused
 * @property {boolean} isHandled are problems shown by somebody else?
 * @property {boolean} isCovered are the errors among them to be read right now?
 * @property {string} last the last update
 * @property {string} connection for people
 */

/**
 * Whom it asks, and tells of what a person wants.
 * @typedef {object} Desk
 * @property {boolean} isOn may it be seen at all?
 * @property {string} base where the dashboard is
 * @property {import("./curtain.js").Curtain} curtain
 * @property {() => string} connection how the connection is, for people
 * @property {() => boolean} open shows the problems elsewhere; false if nobody does
 * @property {() => boolean} isCovered are errors to be read elsewhere right now?
 * @property {(isPaused: boolean) => void} pause
 */

export const NOTE_MS = 1500;

export class Pill {
  /** @type {PillView | null} */
  #view = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #take = () => {};
  /** Problems that a person has put away. @type {readonly Problem[]} */
  #read = [];
  #isReady = false;
  /** @type {Omit<Words, "state" | "trouble" | "connection" | "isCovered">} */
  #words = { note: "", line: "", offer: "", problems: [], isPaused: false, isHandled: true, last: "" };

  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    desk.curtain.whenMoved(() => this.#render());
    addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.hide());
  }

  /** What it says, or would say if it could be seen. */
  get text() {
    const { trouble, offer, line, note } = this.#said();
    return [trouble, offer, line, note].filter((text) => text !== "");
  }

  /** The page has settled: the pill is there from now on, be it a dot. */
  appear() {
    this.#isReady = true;
    this.#render();
  }

  /**
   * Say something for a moment.
   * @param {string} text @param {number} [ms] Infinity: until the next note
   */
  note(text, ms = NOTE_MS) {
    clearTimeout(this.#timer);
    this.#say({ note: text });

    if (ms !== Infinity) {
      this.#timer = setTimeout(() => this.#say({ note: "" }), ms);
    }
  }

  /** @param {string} text what the last update came to @param {boolean} isNews is it worth a note? */
  result(text, isNews) {
    this.#say({ last: text });

    if (isNews) {
      this.note(text);
    }
  }

  /**
   * Offer something that a person decides.
   * @param {string} text @param {() => void} take
   */
  offer(text, take) {
    clearTimeout(this.#timer);
    this.#take = take;
    this.#say({ note: "", offer: text });
  }

  /**
   * Say how the connection is, until it is well again.
   * @param {string | null} text
   */
  line(text) {
    this.#say({ line: text ?? "" });
  }

  /** Look again. */
  refresh() {
    this.#render();
  }

  /** @param {boolean} isPaused */
  paused(isPaused) {
    this.#say({ isPaused });
  }

  /** @param {readonly Problem[]} problems newest first @param {boolean} isHandled are they shown by somebody else? */
  problems(problems, isHandled) {
    this.#read = [];
    this.#say({ problems, isHandled, note: problems.length > 0 ? "" : this.#words.note });
  }

  /** Put away what a person has read. */
  hide() {
    this.#view?.fold();
    this.#read = this.#words.isHandled ? [] : this.#words.problems;
    this.#say({ offer: "" });
  }

  /** @param {Partial<Words>} words */
  #say(words) {
    this.#words = { ...this.#words, ...words };
    this.#render();
  }

  /** @returns {Words} */
  #said() {
    const trouble = troubleOf(this.#words.problems.filter((problem) => !this.#read.includes(problem)));
    return { ...this.#words, trouble, state: stateOf(this.#words), connection: this.desk.connection(), isCovered: this.desk.isCovered() };
  }

  #render() {
    const { isOn, curtain } = this.desk;
    const isSpeaking = this.#isReady || this.text.length > 0;

    if (isOn && !curtain.isDown && isSpeaking) {
      this.#view ??= this.#make();
      this.#view.show(this.#said());
    } else {
      this.#view?.remove();
    }
  }

  #make() {
    const { base, curtain, open, pause } = this.desk;
    return new PillView({
      dashboard: `${base}/`,
      take: () => this.#take(),
      decline: () => this.#say({ offer: "" }),
      open,
      pause: () => pause(!this.#words.isPaused),
      hide: () => curtain.toggle(),
      refresh: () => this.#render(),
    });
  }
}

/**
 * @param {Pick<Words, "problems" | "line" | "isPaused">} words
 * @returns {State}
 */
function stateOf({ problems, line, isPaused }) {
  if (line !== "") {
    return "away";
  }

  if (problems.some(({ source }) => source !== "restart")) {
    return "bad";
  }

  return problems.length > 0 ? "restart" : isPaused ? "paused" : "well";
}

/** @param {readonly Problem[]} problems */
function troubleOf(problems) {
  const errors = problems.filter(({ source }) => source !== "restart");
  const [first] = errors;

  if (first !== undefined) {
    return errors.length === 1 ? `1 error: ${first.title}` : `${errors.length} errors: ${first.title}`;
  }

  const [restart] = problems;
  return restart === undefined ? "" : [restart.title, restart.detail].filter((text) => text !== "").join(": ");
}
