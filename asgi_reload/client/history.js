/**
 * The updates of one life of the server that an exchange has heard, for tabs that come late. Bounded: whoever has missed more
 * than is kept is told to reload.
 */

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {Extract<ServerMessage, { type: "update" }>} Update */

const MOST = 32;

export class History {
  /** @type {Update[]} */
  #updates = [];

  /** @param {string} boot @param {number} since the last update that was published before this history begins */
  constructor(boot, since) {
    this.boot = boot;
    this.since = since;
    this.seq = since;
    this.generation = 0;
  }

  /** @param {Update} update */
  add(update) {
    this.#updates.push(update);
    this.seq = Math.max(this.seq, update.seq);
    this.generation = update.generation;

    if (this.#updates.length > MOST) {
      this.since = this.#updates.shift()?.seq ?? this.since;
    }
  }

  /**
   * What somebody who has seen the update `seq` has missed.
   * @param {number} seq
   * @returns {Update[]}
   */
  after(seq) {
    if (seq >= this.since) {
      return this.#updates.filter((update) => update.seq > seq);
    }

    const steps = [{ type: /** @type {const} */ ("reload"), paths: [], reason: "this page missed updates", delay: 0 }];
    return [{ type: "update", seq: this.seq, generation: this.generation, steps, written: 0 }];
  }
}
