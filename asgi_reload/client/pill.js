/**
 * The small thing in the corner that says what happens: an update, an offer, a lost connection, a failure. It stands beside
 * `<body>`, where neither a merge nor a framework looks, and writes text only. Made when there is something to say.
 */

import { pillStyle } from "./pill_style.js";

const NOTE_MS = 1500;
/** What a person may read; the terminal has the rest. */
const LONGEST = 64 * 1024;
/** Controls, and marks that turn the direction of writing: shown, not obeyed. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** So that merges of other libraries leave it alone too. */
const MARKS = ["data-turbo-permanent", "data-ignore-morph", "hx-morph-skip", "im-preserve"];

/** @typedef {{ title: string, detail: string }} Failure */

/** @typedef {ReturnType<typeof build>} Parts */

export class Pill {
  /** @type {Parts | null} */
  #parts = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #take = () => {};

  /** Text that is on the screen now, for whoever asks. */
  get text() {
    const parts = this.#parts;
    return parts === null ? [] : Object.values(parts.rows).flatMap((row) => (row.root.hidden ? [] : [row.text.textContent]));
  }

  /**
   * Say something for a moment.
   * @param {string} text @param {number} [ms] Infinity: until the next note
   */
  note(text, ms = NOTE_MS) {
    const { note } = this.#shown().rows;
    clearTimeout(this.#timer);
    write(note, text);

    if (ms !== Infinity) {
      this.#timer = setTimeout(() => write(note, null), ms);
    }
  }

  /**
   * Offer something that a person decides.
   * @param {string} text @param {() => void} take
   */
  offer(text, take) {
    const { note, offer } = this.#shown().rows;
    this.#take = take;
    write(note, null);
    write(offer, text);
  }

  /**
   * Say how the connection is, until it is well again.
   * @param {string | null} text
   */
  line(text) {
    if (text !== null || this.#parts !== null) {
      write(this.#shown().rows.line, text);
    }
  }

  /** @param {Failure | null} failure null when all is well */
  failure(failure) {
    if (failure === null && this.#parts === null) {
      return;
    }

    const { rows, detail } = this.#shown();
    detail.textContent = printable(failure?.detail ?? "");
    detail.hidden = detail.textContent === "";
    write(rows.failure, failure?.title ?? null);
  }

  /** Put away what a person has read. */
  hide() {
    if (this.#parts !== null) {
      write(this.#parts.rows.failure, null);
      write(this.#parts.rows.offer, null);
    }
  }

  /** @returns {Parts} */
  #shown() {
    const parts = this.#parts ?? this.#make();

    if (!parts.host.isConnected) {
      document.documentElement.append(parts.host);
    }

    return parts;
  }

  #make() {
    const parts = build();
    parts.take.addEventListener("click", () => this.#take());
    parts.close.forEach((button) => button.addEventListener("click", () => this.hide()));
    addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
    this.#parts = parts;
    return parts;
  }
}

/** Elements one by one: no markup, so that what an error says stays text, and Trusted Types have nothing to object to. */
function build() {
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "closed" });
  const note = row("note");
  const line = row("line");
  const offer = row("offer");
  const failure = row("failure", "header");
  const detail = make("pre", { tabindex: "0", role: "group", "aria-label": "Details" });
  const take = make("button", { type: "button" }, "Reload");
  const close = [offer.root, failure.heading].map((parent) => {
    const button = make("button", { type: "button", class: "quiet", title: "Hide (Esc)", "aria-label": "Hide" }, "✕");
    parent.append(button);
    return button;
  });
  const rows = make("div", { id: "rows", role: "status", "aria-live": "polite" });

  MARKS.forEach((mark) => host.setAttribute(mark, ""));
  host.setAttribute("data-asgi-reload", "off");
  offer.text.after(take);
  failure.root.append(detail);
  rows.append(failure.root, offer.root, line.root, note.root);
  shadow.adoptedStyleSheets = [pillStyle()];
  shadow.append(rows);
  return { host, take, close, detail, rows: { failure, offer, line, note } };
}

/** @typedef {{ root: HTMLElement, heading: HTMLElement, text: HTMLElement }} Row */

/**
 * @param {string} id @param {string} [headingTag] where the text stands in an element of its own
 * @returns {Row}
 */
function row(id, headingTag) {
  const root = make("div", headingTag === undefined ? { id, class: "row" } : { id });
  const heading = headingTag === undefined ? root : make(headingTag, {});
  const text = make("span", { class: "text" });
  root.hidden = true;
  heading.append(text);

  if (heading !== root) {
    root.append(heading);
  }

  return { root, heading, text };
}

/** @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function make(tag, attributes, text = "") {
  const element = document.createElement(tag);

  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }

  element.textContent = text;
  return element;
}

/** @param {Row} row @param {string | null} text */
function write(row, text) {
  row.root.hidden = text === null;
  row.text.textContent = printable(text ?? "");
}

/** @param {string} text */
function printable(text) {
  return text
    .slice(0, LONGEST)
    .replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
