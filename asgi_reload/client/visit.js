/**
 * Another page that a library (Turbo, htmx, a router) shows in this document. There is nothing to merge it with, so it is
 * loaded anew; but only if the server's text of it has changed, as far as that can be known.
 */

import { ask, withoutHash } from "./merge/answer.js";
import { judge, nothing, reload } from "./verdict.js";

/** @typedef {import("./protocol.js").Config} Config */
/** @typedef {import("./verdict.js").Result} Result */

const MOVED = "the page has gone on to another URL";
/** The tag of a page that a library puts into this document is run by some of them, and says which page that is. */
export const SHOWN = "asgi-reload:shown";

export class Visit {
  /** The page whose tag ran last. @type {{ page: string, status: number } | null} */
  #shown = null;
  /** As the server sent it. @type {{ page: string, text: string | null } | null} */
  #sent = null;

  /** @param {Config} config @param {import("./merge/answer.js").Asker} asker @param {Document} document */
  constructor(config, asker, document) {
    this.config = config;
    this.asker = asker;
    this.document = document;
    document.addEventListener(SHOWN, (event) => {
      this.#shown = event instanceof CustomEvent ? event.detail : null;
    });
  }

  /**
   * Does what is on the screen differ from what a reload would show?
   * @param {string | null} known the text that the server sent for this URL, if that is known
   * @param {AbortSignal} signal
   * @returns {Promise<Result>}
   */
  async follow(known, signal) {
    const { page, status } = this.#shown ?? { page: this.config.page, status: this.config.status };
    const sent = known ?? (await this.#sentText(signal));
    const answer = await ask(withoutHash(this.document.URL), { "X-Asgi-Reload-Page": page }, this.asker, signal);

    if (answer.status >= 400 && answer.failure === null && answer.status !== status) {
      return { outcome: "offered", detail: `${MOVED}, which answers ${answer.status}` };
    }

    const verdict = judge(answer, status);
    const isSame = answer.text !== null && answer.text === sent;
    return verdict ?? (isSame ? nothing("the server sends the same page") : reload(MOVED));
  }

  /** Read before the page is asked for: the server then keeps the newer one. @param {AbortSignal} signal */
  async #sentText(signal) {
    if (this.#shown === null) {
      return null;
    }

    const { page } = this.#shown;

    if (this.#sent?.page !== page) {
      const { base, token } = this.config;
      const answer = await ask(`${base}/sent/${page}`, { "X-Asgi-Reload-Token": token }, this.asker, signal);
      this.#sent = { page, text: answer.status === 200 ? answer.text : null };
    }

    return this.#sent.text;
  }
}
