/**
 * Stylesheets, swapped in the page: a clone beside the old element, and the old one goes when the clone has loaded. Nothing
 * is unstyled meanwhile, and what cannot be loaded leaves the last good styles where they are.
 */

import { replaceAdopted } from "./adopted.js";
import { bestFits, fileName, fresh } from "./paths.js";
import { sheetUses } from "./sheets.js";

/** @typedef {import("./sheets.js").Use} Use */
/** @typedef {import("./update.js").Result} Result */
/** @typedef {Use["element"]} StyleElement */

/**
 * How the renewal of one element ended. `overtaken`: a later save did it instead.
 * @typedef {"applied" | "failed" | "overtaken"} End
 */

/** A request that takes longer than this has failed for us; the next save asks again. */
const DEADLINE_MS = 8000;

export class Stylesheets {
  /** Clones that load, by the element that they will replace. @type {Map<Element, Renewal>} */
  #renewals = new Map();
  #count = 0;

  /** @param {(old: Element, clone: Element) => void} replaced told of each swap */
  constructor(replaced) {
    this.replaced = replaced;
  }

  /**
   * Renew what depends on these paths: the sheets that fit best, else all of this origin.
   * @param {string[]} paths
   * @returns {Promise<Result>}
   */
  async swap(paths) {
    const uses = sheetUses((element) => [...this.#renewals.values()].some(({ clone }) => clone === element));
    /** @type {Use[]} */
    const found = [];
    /** @type {string[]} */
    const unmatched = [];

    for (const path of paths) {
      const fits = bestFits(uses, path);
      fits.length > 0 ? found.push(...fits) : unmatched.push(path);
    }

    const renewed = this.#renew(found);
    const adopted = await Promise.all(unmatched.map(replaceAdopted));

    if (adopted.includes("unknown")) {
      return { outcome: "reload", detail: `${unmatched.join(", ")} was loaded by a script` };
    }

    const rest = adopted.includes("nothing") ? await this.#renew(uses) : [];
    return summary([...(await renewed), ...rest], adopted.includes("applied"));
  }

  /** @param {Use[]} uses */
  #renew(uses) {
    /** @type {Map<StyleElement, Set<string>>} */
    const jobs = new Map();

    for (const { element, imports } of uses) {
      const known = jobs.get(element) ?? new Set();
      jobs.set(element, new Set([...known, ...imports]));
    }

    return Promise.all(
      [...jobs].map(async ([element, imports]) => ({ element, end: await this.#renewOne(element, imports) })),
    );
  }

  /**
   * @param {StyleElement} element @param {Set<string>} imports
   * @returns {Promise<End>}
   */
  async #renewOne(element, imports) {
    this.#renewals.get(element)?.giveWay();
    this.#count += 1;
    const renewal = new Renewal(element, `${Date.now().toString(36)}${this.#count}`);
    this.#renewals.set(element, renewal);
    const end = imports.size > 0 && !(await refetched(imports)) ? "failed" : await renewal.run();

    if (this.#renewals.get(element) === renewal) {
      this.#renewals.delete(element);
    }

    if (end === "applied") {
      this.replaced(element, renewal.clone);
    }

    return end;
  }
}

/** One element's clone, from its making to the swap. */
class Renewal {
  #isOvertaken = false;
  #finish = (/** @type {End} */ _end) => {};

  /** @param {StyleElement} old @param {string} version */
  constructor(old, version) {
    this.old = old;
    this.clone = /** @type {StyleElement} */ (old.cloneNode(true));

    if (this.clone instanceof HTMLLinkElement) {
      this.clone.removeAttribute("integrity");
      this.clone.setAttribute("href", fresh(old.getAttribute("href") ?? "", version));
    }
  }

  /** A later save has its own clone. */
  giveWay() {
    this.#isOvertaken = true;
    this.#finish("overtaken");
  }

  /** @returns {End | Promise<End>} */
  run() {
    if (this.#isOvertaken || !this.old.isConnected) {
      return "overtaken";
    }

    if (this.old instanceof HTMLLinkElement && this.old.disabled) {
      this.old.replaceWith(this.clone); // it loads when somebody switches it on
      return "applied";
    }

    return this.#load();
  }

  /** @returns {Promise<End>} */
  #load() {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => this.#finish("failed"), DEADLINE_MS);
      this.#finish = (end) => {
        clearTimeout(deadline);
        this.#finish = () => {};
        resolve(end === "applied" ? this.#swap() : this.#drop(end));
      };
      this.clone.addEventListener("load", () => this.#finish("applied"), { once: true });
      this.clone.addEventListener("error", () => this.#finish("failed"), { once: true });
      this.old.after(this.clone);
    });
  }

  /** @returns {End} */
  #swap() {
    if (this.old.sheet && this.clone.sheet) {
      this.clone.sheet.disabled = this.old.sheet.disabled;
    }

    if (!this.old.isConnected) {
      return this.#drop("overtaken"); // the page has taken the old one away meanwhile
    }

    this.old.remove();
    return "applied";
  }

  /** @param {End} end */
  #drop(end) {
    this.clone.remove();
    return end;
  }
}

/**
 * Bring the browser's cache up to date for sheets that are asked for by their own URL.
 * @param {Set<string>} urls
 * @returns {Promise<boolean>} could all be had?
 */
async function refetched(urls) {
  const requests = [...urls].map(async (url) => {
    try {
      return (await fetch(url, { cache: "reload", signal: AbortSignal.timeout(DEADLINE_MS) })).ok;
    } catch {
      return false;
    }
  });
  return (await Promise.all(requests)).every(Boolean);
}

/**
 * @param {{ element: StyleElement, end: End }[]} ends @param {boolean} hasAdopted
 * @returns {Result}
 */
function summary(ends, hasAdopted) {
  const attempts = ends.map(({ element, end }) => ({ element, name: nameOf(element), isFailed: end === "failed" }));

  if (attempts.some(({ isFailed }) => isFailed)) {
    const names = attempts.filter(({ isFailed }) => isFailed).map(({ name }) => name);
    return { outcome: "failed", detail: `${names.join(", ")} could not be loaded`, attempts };
  }

  const isUsed = ends.length > 0 || hasAdopted;
  return { outcome: isUsed ? "applied" : "nothing", detail: isUsed ? "" : "no stylesheet of this page", attempts };
}

/** @param {StyleElement} element */
function nameOf(element) {
  return element instanceof HTMLLinkElement ? fileName(element.href) : "an imported stylesheet";
}
