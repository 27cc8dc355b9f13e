/**
 * What the dashboard asks the server for and tells it to do. Each answer is data until it is shown, as text.
 */

import { fetchProblems } from "../problems.js";
import { TOKEN_HEADER } from "../stream.js";

/** @typedef {import("./status.js").Status} Status */
/** @typedef {import("./status.js").Problem} Problem */
/** @typedef {{ path: string, watched: boolean, rule: string }} Verdict */

export class Server {
  /** @param {import("../stream.js").Address} address */
  constructor(address) {
    this.address = address;
  }

  /** @returns {Promise<Status | null>} null where nobody answers */
  async status() {
    return /** @type {Status | null} */ (await this.#get("status"));
  }

  /** @returns {Promise<Problem[] | null>} with their sources, which `status` does not carry; null where nobody answers */
  async problems() {
    return await fetchProblems(this.address);
  }

  /** @param {string} path @returns {Promise<Verdict | null>} */
  async ignored(path) {
    return /** @type {Verdict | null} */ (await this.#get(`ignored?${new URLSearchParams({ path })}`));
  }

  /**
   * @param {"reload" | "restart" | "pause" | "resume"} action
   * @param {object} [body]
   * @returns {Promise<string>} what went wrong, in words; empty if nothing did
   */
  async act(action, body = {}) {
    try {
      const answer = await fetch(`${this.address.base}/${action}`, {
        method: "POST",
        headers: { [TOKEN_HEADER]: this.address.token, "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      return answer.ok ? "" : (await answer.text()).trim() || `the server answered ${answer.status}`;
    } catch {
      return "the server does not answer";
    }
  }

  /** @param {string} name @returns {Promise<unknown>} */
  async #get(name) {
    try {
      const answer = await fetch(`${this.address.base}/${name}`, {
        headers: { [TOKEN_HEADER]: this.address.token },
        cache: "no-store",
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}
