/**
 * The pill on the screen: a dot, a line of text beside it when there is something to say, and a small panel for who looks
 * closer. It stands beside `<body>`, where neither a merge nor a framework looks.
 */

import { Corner } from "./corner.js";
import { CHORD } from "./curtain.js";
import { make, makeHost, printable } from "./elements.js";
import { pillStyle } from "./pill_style.js";

/** @typedef {import("./pill.js").Words} Words */

/**
 * What a person may want of it.
 * @typedef {object} Wishes
 * @property {string} dashboard its URL
 * @property {() => void} take what is offered
 * @property {() => void} decline it
 * @property {() => boolean} open shows the problems elsewhere; false if nobody does
 * @property {() => void} pause or resume
 * @property {() => void} hide all of ours
 * @property {() => void} refresh asks for the words of now
 */

const NAMES = {
  well: "all is well",
  away: "reconnecting",
  paused: "paused",
  restart: "restart needed",
  bad: "something is wrong",
};
/** So that nothing jumps under a mouse that only passes. */
const HOVER_MS = 150;
const LEAVE_MS = 300;

export class PillView {
  #parts;
  #corner;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {Wishes} wishes */
  constructor(wishes) {
    this.wishes = wishes;
    this.#parts = build(wishes);
    this.#corner = new Corner(this.#parts.host, this.#parts.root, this.#parts.toggle);
    this.#listen();
  }

  /** @param {Words} words */
  show(words) {
    const { host, root, toggle, text, said, pause } = this.#parts;
    const trouble = words.isCovered && words.state === "bad" ? "" : words.trouble;
    const line = words.note || words.line || trouble || (words.isPaused ? "paused" : "");
    root.setAttribute("data-state", words.state);
    write(text, line, text);
    write(said, words.offer || line, said);
    toggle.setAttribute("aria-label", `asgi-reload: ${line || NAMES[words.state]}`);
    write(this.#parts.offerText, words.offer, this.#parts.offer);
    write(pause, words.isPaused ? "Resume" : "Pause", pause);
    this.#detail(words);

    if (!host.isConnected) {
      document.documentElement.append(host);
    }
  }

  remove() {
    this.fold();
    this.#parts.host.remove();
  }

  /** Close the panel. */
  fold() {
    this.#open(false);
  }

  /** @param {Words} words */
  #detail({ connection, last, problems, isHandled, trouble }) {
    const { failure, failureText, failureDetail, connectionText, lastText, reason } = this.#parts;
    const shown = isHandled || trouble === "" ? undefined : problems.find(({ source }) => source !== "restart");
    const restart = problems.find(({ source }) => source === "restart");
    const detail = [shown?.detail, shown?.traceback].filter(Boolean).join("\n\n");
    write(failureText, shown?.title ?? "", failure);
    write(failureDetail, detail, failureDetail);
    write(connectionText, connection, connectionText);
    write(lastText, last, lastText);
    write(reason, restart === undefined ? "" : `${restart.title}: ${restart.detail}`, reason);
  }

  #listen() {
    const { root, toggle, panel } = this.#parts;
    root.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#later(true, HOVER_MS));
    root.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.#later(false, LEAVE_MS));
    root.addEventListener("focusin", () => toggle.matches(":focus-visible") && this.#open(true));
    root.addEventListener("focusout", (event) => root.contains(/** @type {Node | null} */ (event.relatedTarget)) || this.#open(false));
    this.#parts.move.addEventListener("click", () => this.#corner.next());
    toggle.addEventListener("click", () => {
      if (!this.#corner.wasDragged() && !this.wishes.open()) {
        this.#open(panel.hidden !== false || !toggle.matches(":hover, :focus-visible"));
      }
    });
  }

  /** @param {boolean} isOpen @param {number} ms */
  #later(isOpen, ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (isOpen || this.#parts.panel.querySelector(":focus-visible") === null) && this.#open(isOpen), ms);
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    clearTimeout(this.#timer);

    if (isOpen && this.#parts.panel.hidden) {
      this.#parts.panel.hidden = false;
      this.wishes.refresh();
    }

    this.#parts.panel.hidden = !isOpen;
    this.#parts.toggle.setAttribute("aria-expanded", String(isOpen));
  }
}

/** @param {Wishes} wishes */
function build({ dashboard, take, decline, pause, hide }) {
  const { host, shadow } = makeHost();
  const text = make("span", { class: "text" });
  const dot = make("span", { class: "dot", "aria-hidden": "true" });
  const toggle = make("button", { type: "button", class: "capsule", id: "toggle", "aria-expanded": "false" }, [dot, text]);
  const offer = offerRow(take, decline);
  const panel = panelOf(dashboard, pause, hide);
  const said = make("div", { class: "said", role: "status" });
  const root = make("div", { id: "root", role: "group", "aria-label": "asgi-reload" }, [panel.panel, offer.offer, toggle, said]);
  shadow.adoptedStyleSheets = [pillStyle()];
  shadow.append(root);
  return { host, root, toggle, text, said, ...offer, ...panel };
}

/** @param {() => void} take @param {() => void} decline */
function offerRow(take, decline) {
  const offerText = make("span", { class: "text" });
  const dot = make("span", { class: "dot", "aria-hidden": "true" });
  const offer = make("div", { class: "capsule", id: "offer" }, [
    dot,
    offerText,
    button("Reload", "primary", take),
    button("✕", "quiet", decline, "Hide"),
  ]);
  return { offer, offerText };
}

/** @param {string} dashboard @param {() => void} pause @param {() => void} hide */
function panelOf(dashboard, pause, hide) {
  const parts = {
    connectionText: make("p", { class: "dim" }),
    lastText: make("p", {}),
    reason: make("p", { class: "reason" }),
    failureText: make("p", { class: "title" }),
    failureDetail: make("pre", { tabindex: "0", role: "group", "aria-label": "Details" }),
    pause: button("Pause", "", pause),
    move: button("Move", "", () => {}, "Move to the next corner"),
  };
  const failure = make("div", { class: "failure" }, [parts.failureText, parts.failureDetail]);
  const link = make("a", { href: dashboard, target: "_blank", class: "button" }, ["Dashboard"]);
  const buttons = make("div", { class: "buttons" }, [link, parts.pause, parts.move, button("Hide", "", hide, `Hide (${CHORD})`)]);
  const help = make("p", { class: "dim" }, [make("kbd", {}, [CHORD]), " hides and shows all of this"]);
  const panel = make("div", { id: "panel" }, [failure, parts.reason, parts.lastText, parts.connectionText, buttons, help]);
  panel.hidden = true;
  return { panel, failure, ...parts };
}

/** @param {string} text @param {string} kind @param {() => void} act @param {string} [name] where the text says too little */
function button(text, kind, act, name) {
  const element = make("button", { type: "button", class: kind }, [text]);

  if (name !== undefined) {
    element.title = name;
    element.ariaLabel = name;
  }

  element.addEventListener("click", act);
  return element;
}

/** @param {HTMLElement} element @param {string} text @param {HTMLElement} whole what is hidden if there is no text */
function write(element, text, whole) {
  const shown = printable(text);
  whole.hidden = shown === "";

  if (element.textContent !== shown) {
    element.textContent = shown;
  }
}
