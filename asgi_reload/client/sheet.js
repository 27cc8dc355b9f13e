/**
 * The sheet above the page: the newest problem in full, the older ones folded below it. It takes no focus and leaves the
 * page beside it alone; where the browser can, it stands above the app's own dialogs.
 */

import { make, makeHost, printable } from "./elements.js";
import { whenOpened } from "./folding.js";
import { problemView, whereabouts } from "./problem.js";

/** @typedef {import("./problems.js").Problem} Problem */

/** @param {() => void} hide what Esc and the button do */
export async function createSheet(hide) {
  const styles = await Promise.all(["problem.css", "overlay.css"].map(styleOf));
  return new Sheet(styles, hide);
}

/** @param {string} name of a file beside this one */
async function styleOf(name) {
  const response = await fetch(new URL(name, import.meta.url));
  const style = new CSSStyleSheet();

  if (!response.ok) {
    throw new Error(`${name}: ${response.status}`);
  }

  style.replaceSync(await response.text());
  return style;
}

export class Sheet {
  #host;
  #parts;
  /** Articles by what they tell of, as long as that is shown. @type {Map<string, HTMLElement>} */
  #articles = new Map();
  #shown = "";
  #made = 0;

  /** @param {CSSStyleSheet[]} styles @param {() => void} hide */
  constructor(styles, hide) {
    const { host, shadow } = makeHost();
    this.#host = host;
    this.#parts = build(hide);
    shadow.adoptedStyleSheets = styles;
    shadow.append(this.#parts.sheet, this.#parts.said);
    addEventListener("keydown", (event) => this.#press(event, hide), true);
  }

  /** @param {readonly Problem[]} problems newest first; none: the sheet goes */
  show(problems) {
    if (problems.length === 0) {
      this.#host.remove();
      this.#parts.said.textContent = "";
      return;
    }

    this.#write(problems);
    this.#arise();
    this.#tell(problems[0]?.title ?? "");
  }

  /** Into a region that stands already, so that it is read out; once. @param {string} title */
  #tell(title) {
    if (this.#parts.said.textContent !== printable(title)) {
      this.#parts.said.textContent = printable(title);
    }
  }

  /** Stand on top of all, also after something has taken our host away and put it back. */
  #arise() {
    if (!this.#host.isConnected) {
      document.documentElement.append(this.#host);
    }

    if ("popover" in HTMLElement.prototype) {
      this.#host.popover = "manual";
      this.#host.matches(":popover-open") || this.#host.showPopover();
    }
  }

  /** @param {readonly Problem[]} problems */
  #write(problems) {
    const shown = problems.map(keyOf).join("\n");
    this.#parts.count.textContent = problems.length === 1 ? "1 error" : `${problems.length} errors`;
    problems.forEach((problem) => this.#articles.get(keyOf(problem))?.querySelector(".where")?.replaceWith(whereabouts(problem)));

    if (shown !== this.#shown) {
      const [newest, ...older] = problems;
      this.#shown = shown;
      this.#articles = new Map([...this.#articles].filter(([key]) => problems.some((problem) => keyOf(problem) === key)));
      this.#parts.list.replaceChildren(...(newest === undefined ? [] : [this.#article(newest)]), ...this.#older(older));
      this.#parts.list.scrollTop = 0;
    }
  }

  /** @param {Problem} problem */
  #article(problem) {
    const key = keyOf(problem);
    const article = this.#articles.get(key) ?? problemView(problem, `problem-${++this.#made}`);
    this.#articles.set(key, article);
    return article;
  }

  /** @param {readonly Problem[]} problems */
  #older(problems) {
    const items = problems.map((problem) => {
      const short = make("span", { class: "short" }, [problem.title]);
      const fold = make("details", { class: "folded" }, [make("summary", {}, [short, make("span", { class: "request" }, [problem.where])])]);
      whenOpened(fold, () => [this.#article(problem)]);
      return make("li", {}, [fold]);
    });
    return items.length === 0 ? [] : [make("ol", { class: "older", "aria-label": "Older errors" }, items)];
  }

  /** @param {KeyboardEvent} event @param {() => void} hide */
  #press(event, hide) {
    if (event.key === "Escape" && this.#host.isConnected) {
      event.preventDefault();
      event.stopPropagation();
      hide();
    }
  }
}

/** @param {() => void} hide */
function build(hide) {
  const count = make("span", { class: "count", id: "count" });
  const way = make("span", { class: "way" }, ["the page follows your next save"]);
  const button = make("button", { type: "button", title: "Hide (Esc)" }, ["Hide"]);
  const list = make("div", { class: "list", tabindex: "0", role: "region", "aria-label": "What is wrong" });
  const bar = make("div", { class: "bar" }, [count, way, make("kbd", {}, ["Esc"]), button]);
  const sheet = make("div", { class: "sheet", role: "dialog", "aria-labelledby": "count" }, [bar, list]);
  button.addEventListener("click", hide);
  return { sheet, list, count, said: make("div", { class: "said", role: "alert" }) };
}

/** @param {Problem} problem */
function keyOf({ source, id }) {
  return `${source} ${id}`;
}
