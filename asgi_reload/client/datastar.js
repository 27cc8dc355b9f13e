/**
 * Patches of a page that runs Datastar: the server renders the page's URL anew, and Datastar morphs it in, so that signals
 * and streams go on. What only a load brings about is refused as in a merge. Where there is no Datastar, or the server has
 * no extra for it, the merge does it.
 */

import { Parser } from "./merge/parse.js";
import { mayBeNoise, refuseDocument } from "./merge/refusal.js";
import { tidy } from "./merge/tidy.js";
import { PARAMETER, unmarked } from "./paths.js";
import { query } from "./socket.js";
import { eventParser } from "./sse.js";
import { TOKEN_HEADER } from "./stream.js";
import { nothing, reload } from "./verdict.js";

/** @typedef {import("./verdict.js").Patcher} Patcher */
/** @typedef {import("./protocol.js").Step} Step */
/** @typedef {import("./verdict.js").Result} Result */

const EVENT = "datastar-patch-elements";
const FIELD = "elements ";
/** What the server says first if it has no document: the app raised, or answered with something else. */
const NO_DOCUMENT = /^(?:retry:[^\n]*\n+)*:/;
const LONGEST_BEGIN = 100;
/** Attributes that ask for a file. */
const FILES = ["*|href", "src", "srcset", "poster"];
const SUPERSEDED = nothing("a newer update took over");

/** @implements {Patcher} */
export class DatastarPatcher {
  /** What the page shows, since Datastar patched it. @type {Document | null} */
  #base = null;
  #isGivenUp = false;
  #latest = 0;
  #abort = new AbortController();
  #parser = Parser.create();

  /**
   * @param {Patcher} patcher the merge
   * @param {import("./protocol.js").Config} config
   * @param {import("./merge/shape.js").Shape} shape
   * @param {() => boolean} runsDatastar
   */
  constructor(patcher, config, shape, runsDatastar) {
    const { pathname, search } = new URL(shape.url);
    this.patcher = patcher;
    this.config = config;
    this.pathname = pathname;
    // Where this document began, which is before any update: the server sends the page at once.
    this.stream = `${config.base}/datastar?url=${encodeURIComponent(pathname + search)}&${query(config)}`;
    this.runsDatastar = runsDatastar;
    this.prepare = patcher.prepare;
    this.replaced = patcher.replaced;
    this.base = patcher.base;
    this.retire = patcher.retire;
    this.dirty = patcher.dirty;
  }

  /**
   * Never rejects; a newer call takes the place of an older.
   * @param {Step} step
   * @returns {Promise<Result>}
   */
  async patch(step) {
    const ticket = ++this.#latest;
    const isLatest = () => ticket === this.#latest;
    this.#abort.abort();
    this.#abort = new AbortController();
    const done = this.#isForDatastar() ? await this.#patch(isLatest, this.#abort.signal) : null;
    const result = done ?? (isLatest() ? await this.patcher.patch(step) : SUPERSEDED);
    return isLatest() ? result : SUPERSEDED;
  }

  #isForDatastar() {
    const isHere = new URL(document.URL).pathname === this.pathname;
    return isHere && !this.#isGivenUp && this.runsDatastar() && this.config.method === "GET" && this.#parser !== null;
  }

  /** @param {() => boolean} isLatest @param {AbortSignal} signal @returns {Promise<Result | null>} null: ask the merge */
  async #patch(isLatest, signal) {
    try {
      const before = this.#base ?? this.patcher.base().catch(() => null);
      const [base, text] = await Promise.all([before, this.#read(signal)]);
      return base === null || text === null ? null : await this.#follow(base, text, isLatest, signal);
    } catch {
      this.#isGivenUp ||= isLatest();
      return null;
    }
  }

  /**
   * @param {Document} base @param {string} text @param {() => boolean} isLatest @param {AbortSignal} signal
   * @returns {Promise<Result | null>}
   */
  async #follow(base, text, isLatest, signal) {
    // A file that is just being saved is empty for some milliseconds.
    if (text.replace("</html>", "").trim() === "") {
      return nothing("the answer is empty");
    }

    const next = this.#parse(text);

    if (base.isEqualNode(next)) {
      return nothing("the server sends the same page");
    }

    const refusal = refuseDocument(base, next) && refuseDocument(base, next, await this.#again(base, next, signal));
    return refusal ? reload(refusal) : isLatest() ? this.#apply(text, next) : SUPERSEDED;
  }

  /** Scripts that carry a token differ at every rendering. @param {Document} base @param {Document} next @param {AbortSignal} signal */
  async #again(base, next, signal) {
    const text = mayBeNoise(base, next) ? await this.#read(signal) : null;
    return text === null ? null : this.#parse(text);
  }

  /** @param {string} text @param {Document} next @returns {Result | null} null if Datastar has not listened */
  #apply(text, next) {
    const root = document.documentElement;
    // The morph takes away what hangs beside the body: our pill, and what others have put there.
    const beside = [...root.children].filter((child) => child !== document.head && child !== document.body);

    if (!isMorphed(this.#withRenewed(text))) {
      this.#isGivenUp = true;
      return null;
    }

    root.append(...beside.filter((child) => !child.isConnected));
    this.#base = next;
    this.patcher.retire("Datastar has patched this page");
    return { outcome: "applied", detail: "by Datastar" };
  }

  /** @param {AbortSignal} signal @returns {Promise<string | null>} the page as it is now, null if the app has none */
  async #read(signal) {
    const own = new AbortController();
    const headers = { [TOKEN_HEADER]: this.config.token, Accept: "text/event-stream" };
    const response = await fetch(this.stream, {
      headers,
      cache: "no-store",
      signal: AbortSignal.any([signal, own.signal]),
    });

    try {
      if (!response.ok || response.body === null) {
        throw new Error(`${response.status}`);
      }

      return await documentOf(response.body);
    } finally {
      own.abort();
    }
  }

  /** @param {string} text */
  #parse(text) {
    return tidy(/** @type {Parser} */ (this.#parser).parse(text), this.config.base);
  }

  /**
   * Stylesheets and images that a save has renewed keep their URLs: a cache may hold the old files at the plain ones.
   * @param {string} text
   */
  #withRenewed(text) {
    /** @type {Map<string, string>} */
    const renewed = new Map();

    for (const { name, value } of attributesOf(document, `*="${PARAMETER}="`)) {
      if (unmarked(value) !== value) {
        renewed.set(`${name} ${unmarked(value)}`, value);
      }
    }

    if (renewed.size === 0) {
      return text;
    }

    const trusted = /** @type {Parser} */ (this.#parser).trusted(text);
    const page = new DOMParser().parseFromString(trusted, "text/html");

    for (const attribute of attributesOf(page, "")) {
      const value = renewed.get(`${attribute.name} ${attribute.value}`);

      if (value !== undefined) {
        attribute.value = value;
        attribute.ownerElement?.removeAttribute("integrity");
      }
    }

    return page.documentElement.outerHTML;
  }
}

/**
 * Give Datastar the document, and see whether it took it.
 * @param {string} elements
 */
function isMorphed(elements) {
  const observer = new MutationObserver(() => {});
  const argsRaw = { selector: "html", mode: "outer", elements };
  const detail = { type: EVENT, el: document.documentElement, argsRaw };
  observer.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  document.dispatchEvent(new CustomEvent("datastar-fetch", { detail }));
  const isTaken = observer.takeRecords().length > 0;
  observer.disconnect();
  return isTaken;
}

/** @param {ReadableStream<Uint8Array<ArrayBuffer>>} body @returns {Promise<string | null>} */
async function documentOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const parse = eventParser();
  let begin = "";

  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    for (const data of parse(chunk.value)) {
      const lines = data.split("\n").filter((line) => line.slice(0, FIELD.length) === FIELD);

      if (lines.length === 0) {
        throw new TypeError("the stream says something else");
      }

      return lines.map((line) => line.slice(FIELD.length)).join("\n");
    }

    begin = (begin + chunk.value).slice(0, LONGEST_BEGIN);

    if (NO_DOCUMENT.test(begin)) {
      return null;
    }
  }

  throw new TypeError("the stream has ended too early");
}

/** @param {Document} page @param {string} test of their values @returns {Attr[]} those that ask for files */
function attributesOf(page, test) {
  const selector = FILES.map((name) => `[${name}${test}]`).join();
  return [...page.querySelectorAll(selector)].flatMap((element) => [...element.attributes]);
}
