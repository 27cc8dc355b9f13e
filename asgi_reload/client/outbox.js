/**
 * What pages say beside an event stream, one word at a time: the server drops who talks too fast.
 */

import { postMessage } from "./stream.js";

/** @typedef {import("./protocol.js").PageMessage} PageMessage */

const MOST = 256;
const PACE_MS = 60;

export class Outbox {
  /** @type {{ client: string, message: PageMessage }[]} */
  #words = [];
  #isBusy = false;

  /** @param {import("./stream.js").Address} address */
  constructor(address) {
    this.address = address;
  }

  /**
   * Send it when its turn comes; beyond the bound it is lost, as it would be without a connection.
   * @param {string} client whose stream it belongs to @param {PageMessage} message
   */
  post(client, message) {
    if (this.#words.length < MOST) {
      this.#words.push({ client, message });
    }

    if (!this.#isBusy) {
      void this.#postAll();
    }
  }

  async #postAll() {
    this.#isBusy = true;

    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      await postMessage(this.address, word.client, word.message);
      if (this.#words.length > 0) {
        await new Promise((resolve) => setTimeout(resolve, PACE_MS));
      }
    }

    this.#isBusy = false;
  }
}
