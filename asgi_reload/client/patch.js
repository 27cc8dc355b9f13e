/**
 * The page follows its own URL: rendered anew, merged into what is there. Fetches, judges the answer, and keeps the
 * base; how two documents are merged is `merge/`'s business, what becomes of a refusal the caller's.
 */

import { ask, withoutHash } from "./merge/answer.js";
import { merge } from "./merge/merge.js";
import { Parser } from "./merge/parse.js";
import { mayBeNoise, refuseDocument } from "./merge/refusal.js";
import { pair } from "./merge/shape.js";
import { Edits } from "./edits.js";
import { idle } from "./idle.js";
import { judge, nothing, reload } from "./verdict.js";
import { Visit } from "./visit.js";

/** @typedef {import("./protocol.js").Config} Config */
/** @typedef {import("./merge/answer.js").Answer} Answer */
/** @typedef {import("./verdict.js").Patcher} Patcher */
/** @typedef {import("./verdict.js").Result} Result */
/** @typedef {import("./merge/pairs.js").Pairs} Pairs */
/** @typedef {import("./merge/shape.js").Shape} Shape */

/** @typedef {{ fetch?: typeof fetch, document?: Document }} Io what the patcher reaches the world with */

const SUPERSEDED = nothing("a newer update took over");

/**
 * @param {Config} config @param {Shape} shape what `boot.js` remembers @param {Io} [io]
 * @returns {Patcher}
 */
export function createPatcher(config, shape, io = {}) {
  const patcher = new PagePatcher(config, shape, io);

  return {
    prepare: () => patcher.prepare(),
    patch: () => patcher.patch(),
    replaced: (old, fresh) => patcher.replaced(old, fresh),
    base: () => patcher.base(),
    retire: (reason) => patcher.retire(reason),
    dirty: () => config.method !== "GET" || patcher.edits.areUnsent(),
  };
}

class PagePatcher {
  /** The last server output that the page has taken in. @type {{ document: Document, text: string | null } | null} */
  #base = null;
  /** @type {Pairs | null} */
  #pairs = null;
  /** Why there is nothing to merge with. */
  #obstacle = "";
  /** @type {Promise<void> | null} */
  #preparing = null;
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve();
  #latest = 0;
  #abort = new AbortController();

  /** @param {Config} config @param {Shape} shape @param {Io} io */
  constructor(config, shape, io) {
    this.config = config;
    this.shape = shape;
    this.document = io.document ?? document;
    this.page = { document: this.document, nonce: shape.nonce, parser: Parser.create(), used: new WeakSet() };
    this.asker = {
      parser: this.page.parser,
      prefix: config.base,
      charset: this.document.characterSet,
      fetch: io.fetch ?? fetch.bind(globalThis),
    };
    this.visit = new Visit(config, this.asker, this.document);
    this.edits = new Edits(this.document);
  }

  /** @param {Node} old @param {Node} fresh */
  replaced(old, fresh) {
    this.#pairs?.replace(old, fresh);
  }

  async base() {
    await this.#prepared();
    return this.#base?.document ?? null;
  }

  /** @param {string} reason */
  retire(reason) {
    this.#base = null;
    this.#pairs = null;
    this.#obstacle = reason;
  }

  async prepare() {
    await idle();
    // A patch asks again, and says what is wrong.
    await this.#prepared().catch(() => {});
  }

  #prepared() {
    this.#preparing ??= this.#prepare();
    return this.#preparing;
  }

  async #prepare() {
    const { base, page, token } = this.config;

    try {
      this.#pairWith(await ask(`${base}/sent/${page}`, { "X-Asgi-Reload-Token": token }, this.asker));
    } catch (error) {
      this.#preparing = null;
      throw error;
    }
  }

  /** @param {Answer} answer */
  #pairWith(answer) {
    if (answer.status !== 200) {
      this.#obstacle = "the server has not kept this page as it was sent";
      return;
    }

    try {
      const document = answer.parse();
      this.#pairs = pair(document, this.shape, this.config.base);
      this.#base = this.#pairs && { document, text: answer.text };
      this.#obstacle = this.#pairs ? "" : "scripts have built this page";
    } catch (error) {
      this.#obstacle = `the page as sent could not be read: ${error}`;
    }
  }

  async patch() {
    const ticket = ++this.#latest;
    this.#abort.abort();
    const run = this.#tail.then(() => this.#run(ticket));
    this.#tail = run;
    return run;
  }

  /** @param {number} ticket @returns {Promise<Result>} */
  async #run(ticket) {
    const isLatest = () => ticket === this.#latest;

    if (!isLatest()) {
      return SUPERSEDED;
    }

    if (this.config.method !== "GET") {
      return reload(`this page answered a ${this.config.method}`);
    }

    this.#abort = new AbortController();

    try {
      // The server keeps what it answers now as the page's next base, so the one before it has to be here by then.
      await this.#prepared();
      const result = await (this.#isElsewhere() ? this.#followVisit() : this.#followSelf(isLatest));
      return isLatest() ? result : SUPERSEDED;
    } catch (error) {
      return isLatest() ? { outcome: "failed", detail: `the page could not be fetched: ${error}` } : SUPERSEDED;
    }
  }

  /** The URL as it was loaded: what `pushState` shows now may be no page at all. */
  #askSelf() {
    const url = withoutHash(this.shape.url);
    return ask(url, { "X-Asgi-Reload-Page": this.config.page }, this.asker, this.#abort.signal);
  }

  #followVisit() {
    const known = this.#hasMoved() ? null : (this.#base?.text ?? null);
    return this.visit.follow(known, this.#abort.signal);
  }

  /** @param {() => boolean} isLatest @returns {Promise<Result>} */
  async #followSelf(isLatest) {
    const answer = await this.#askSelf();
    return isLatest() ? (judge(answer, this.config.status) ?? this.#follow(answer, isLatest)) : SUPERSEDED;
  }

  /** @param {Answer} answer @param {() => boolean} isLatest @returns {Promise<Result>} */
  async #follow(answer, isLatest) {
    if (!this.#base || !this.#pairs) {
      return reload(this.#obstacle);
    }

    if (answer.text !== null && answer.text === this.#base.text) {
      return nothing("the server sends the same page");
    }

    const next = answer.parse();
    const again = await this.#renderAgain(this.#base.document, next);
    return isLatest() ? this.#merge(next, again, answer.text) : SUPERSEDED;
  }

  /** @param {Document} next @param {Document | null} again @param {string | null} text @returns {Result} */
  #merge(next, again, text) {
    const base = /** @type {{ document: Document, text: string | null }} */ (this.#base);
    const pairs = /** @type {Pairs} */ (this.#pairs);

    try {
      const { refusal, changes, notes } = merge(base.document, next, pairs, this.page, again);

      if (refusal) {
        return reload(refusal);
      }

      base.text = text;
      const detail = [`${changes} ${changes === 1 ? "change" : "changes"}`, ...notes].join("; ");
      return changes > 0 ? { outcome: "applied", detail } : nothing("the server sends the same page");
    } catch (error) {
      this.#base = null;
      this.#obstacle = `the merge went wrong: ${error}`;
      return reload(this.#obstacle);
    }
  }

  /** Scripts that carry a token differ at every rendering. @param {Document} base @param {Document} next */
  async #renderAgain(base, next) {
    if (!refuseDocument(base, next) || !mayBeNoise(base, next)) {
      return null;
    }

    const answer = await this.#askSelf();
    return answer.isHtml && answer.status === this.config.status ? answer.parse() : null;
  }

  /**
   * Turbo, htmx and routers show another page in this document: little of the body that was sent is left, and mostly the
   * URL is another. Back at the first URL, nothing of it is left at all.
   */
  #isElsewhere() {
    const [base, pairs] = [this.#base, this.#pairs];

    if (!base || !pairs) {
      return this.#hasMoved();
    }

    const children = [...base.document.body.children];
    const left = children.filter((child) => pairs.alive(child)).length;
    const isGone = left === 0 && children.some((child) => pairs.live(child));
    return this.#hasMoved() ? left < children.length / 2 : isGone;
  }

  #hasMoved() {
    return withoutHash(this.document.URL) !== withoutHash(this.shape.url);
  }
}
