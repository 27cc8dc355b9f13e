/**
 * `window.asgiReload`: what a page, a test or a developer at the console may ask.
 */

import { TOKEN_HEADER } from "./stream.js";

/** @typedef {ReturnType<typeof statusOf>} Status */

/** @param {import("./page.js").Page} page */
export function apiOf(page) {
  return Object.freeze({
    /** How this page stands: connection, last update, failure, and what the pill says. */
    status: () => statusOf(page),
    /** Asks the server whether it knows this page, and shows the pill. Resolves to both sides' view. */
    test: () => test(page),
    /** Drops the connection and makes a new one. */
    reconnect: () => page.connection.reconnect(),
    /** Lets updates wait, until `resume()` or the next page. */
    pause: () => page.pause(),
    /** Does what has waited, as one update. */
    resume: () => page.resume(),
  });
}

/** @param {import("./page.js").Page} page */
function statusOf({ config, connection, updates, failures, pill }) {
  const { boot, seq } = connection.position();
  return {
    connected: connection.isConnected,
    transport: connection.transport,
    boot,
    seq,
    generation: connection.generation,
    page: config.page,
    paused: updates.isPaused,
    waiting: updates.isWaiting,
    failure: failures.latest,
    last: updates.last,
    pill: pill.text,
  };
}

/** @param {import("./page.js").Page} page */
async function test(page) {
  const { base, token } = page.config;
  const began = performance.now();
  const response = await fetch(`${base}/status`, { headers: { [TOKEN_HEADER]: token } });
  /** @type {unknown} */
  const server = response.ok ? await response.json() : null;
  const ms = Math.round(performance.now() - began);
  const { isConnected, transport } = page.connection;
  page.pill.note(`asgi-reload: ${isConnected ? `connected (${transport})` : "not connected"}`);
  return { ok: response.ok && isConnected, ms, page: statusOf(page), server };
}
