/**
 * Starts the parts and hands them to each other, and gives the page its `window.asgiReload`.
 */

import { Connection } from "./connection.js";
import { quietConsole } from "./console.js";
import { Stylesheets } from "./css.js";
import { tell } from "./events.js";
import { Failures } from "./failures.js";
import { renewImages } from "./images.js";
import { createPatcher } from "./patch.js";
import { Pill } from "./pill.js";
import { Reloader } from "./reload.js";
import { tabStorage } from "./storage.js";
import { TOKEN_HEADER } from "./stream.js";
import { Updates } from "./update.js";

/** @typedef {import("./protocol.js").Config} Config */
/** @typedef {import("./patch.js").Shape} Shape */

/** A connection that is away for less than this is nobody's business. */
const PATIENCE_MS = 3000;
/** What the server takes of a page's words. */
const LONGEST_DETAIL = 1000;

/**
 * Called once by `boot.js`, when the tree of the document is complete.
 * @param {Config} config what the tag said
 * @param {Shape} shape the document as it was parsed
 */
export async function start(config, shape) {
  const pill = new Pill();
  const storage = tabStorage();
  const log = quietConsole();
  const failures = new Failures((failure) => pill.failure(failure));
  const patcher = createPatcher(config, shape);
  const sheets = new Stylesheets((old, clone) => patcher.replaced(old, clone));
  const reloader = new Reloader(pill, storage, () => objection(config, failures, patcher.dirty()));
  /** @type {Updates} */
  const updates = new Updates({ sheets, renewImages, patcher, reloader, failures, pill, ack: (ack) => acknowledge(ack) });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  const connection = new Connection(
    config,
    {
      update: ({ seq, steps }) => updates.receive({ seq, steps, arrived: performance.now() }),
      renewed(boot) {
        reloader.meet(boot);
        const reason = "the server was restarted";
        const steps = [{ type: /** @type {const} */ ("reload"), paths: [], reason, delay: 0 }];
        updates.receive({ seq: 0, steps, arrived: performance.now() });
      },
      connected() {
        clearTimeout(patience);
        patience = undefined;
        pill.line(null);
        log(`connected (${connection.transport})`);
        tell("connected", { transport: connection.transport, ...place(connection) });
      },
      down() {
        patience ??= setTimeout(() => pill.line("reconnecting…"), PATIENCE_MS);
        log("the server is away; this page waits for it");
      },
      shown: () => updates.shown(),
    },
    storage,
  );

  /** @param {NonNullable<Updates["last"]>} ack */
  function acknowledge({ seq, outcome, ms, detail }) {
    connection.send({ type: "ack", page: config.page, seq, outcome, ms, detail: detail.slice(0, LONGEST_DETAIL) });
  }

  reloader.meet(config.boot);
  publish(api(config, connection, updates, failures, pill));
  await activated();
  connection.start();
  await patcher.prepare();
}

/**
 * Why this page should not be reloaded unasked.
 * @param {Config} config @param {Failures} failures @param {boolean} isDirty
 * @returns {string | null}
 */
function objection({ method }, failures, isDirty) {
  if (method !== "GET") {
    return `this page came from ${method}`;
  }

  if (isDirty) {
    return "a form has unsent input";
  }

  return failures.has("page") ? "the server cannot render this page now" : null;
}

/** @returns {Promise<void>} when the page is a page, not a guess of the browser that it might become one */
function activated() {
  return new Promise((resolve) => {
    if ("prerendering" in document && document.prerendering) {
      document.addEventListener("prerenderingchange", () => resolve(), { once: true });
    } else {
      resolve();
    }
  });
}

/**
 * What a page, a test or a developer at the console may ask.
 * @param {Config} config @param {Connection} connection @param {Updates} updates @param {Failures} failures @param {Pill} pill
 */
function api(config, connection, updates, failures, pill) {
  const status = () => ({
    connected: connection.isConnected,
    transport: connection.transport,
    ...place(connection),
    generation: connection.generation,
    page: config.page,
    paused: updates.isPaused,
    waiting: updates.isWaiting,
    failure: failures.latest,
    last: updates.last,
    pill: pill.text,
  });

  return Object.freeze({
    /** How this page stands: connection, last update, failure, and what the pill says. */
    status,
    /** Asks the server whether it knows this page, and shows the pill. Resolves to both sides' view. */
    async test() {
      const began = performance.now();
      const response = await fetch(`${config.base}/status`, { headers: { [TOKEN_HEADER]: config.token } });
      const server = response.ok ? await response.json() : null;
      const ms = Math.round(performance.now() - began);
      pill.note(`asgi-reload: ${connection.isConnected ? `connected (${connection.transport})` : "not connected"}`);
      return { ok: response.ok && connection.isConnected, ms, page: status(), server };
    },
    /** Drops the connection and makes a new one. */
    reconnect: () => connection.reconnect(),
    /** Lets updates wait, until `resume()` or the next page. */
    pause: () => updates.pause(),
    /** Does what has waited, as one update. */
    resume: () => updates.resume(),
  });
}

/** @param {Connection} connection */
function place(connection) {
  const { boot, seq } = connection.position();
  return { boot, seq };
}

/** @param {ReturnType<typeof api>} value */
function publish(value) {
  Object.defineProperty(window, "asgiReload", { value, configurable: true, writable: false, enumerable: false });
}
