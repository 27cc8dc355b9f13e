/**
 * Waits until it makes sense to connect again: somebody looks at the page, and a server answers. Asked through the shared
 * worker, because each failed request of a page is a red line in its console.
 */

import { isRecord } from "./messages.js";
import { connectWorker } from "./shared.js";

/** @typedef {import("./protocol.js").Config} Config */

export class Probe {
  /** @type {MessagePort | null} */
  #port = null;
  #answer = () => {};

  /** @param {Config} config */
  constructor(config) {
    this.config = config;
  }

  /** Call the worker while there is a server that has its source. */
  async prepare() {
    if (this.#port === null) {
      this.#port = await connectWorker(this.config);
    }
  }

  /** Let the worker go: a page in the back/forward cache holds nothing. */
  release() {
    this.#answer();
    this.#port?.close();
    this.#port = null;
  }

  /** @returns {Promise<void>} at once where nobody can be asked */
  async reachable() {
    await visible();
    const port = this.#port;

    if (port === null) {
      return;
    }

    await new Promise((/** @type {(value: void) => void} */ resolve) => {
      this.#answer = resolve;
      port.onmessage = ({ data }) => isRecord(data) && data.type === "answers" && resolve();
      port.postMessage({ type: "probe", base: this.config.base });
    });
  }
}

/** @returns {Promise<void>} when somebody looks at the page */
export function visible() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState === "visible") {
        document.removeEventListener("visibilitychange", look);
        resolve();
      }
    };
    document.addEventListener("visibilitychange", look);
    look();
  });
}
