/**
 * Where the client begins, once `boot.js` has seen the whole tree of the document.
 */

import { apiOf } from "./api.js";
import { DatastarPatcher } from "./datastar.js";
import { Page } from "./page.js";
import { createPatcher } from "./patch.js";

/** @typedef {Event | import("./trouble.js").Call} Heard what went wrong in the page, or its console was asked to say */

/**
 * Connect this page, and give it its `window.asgiReload`.
 * @param {import("./protocol.js").Config} config what the tag said
 * @param {import("./merge/shape.js").Shape} shape the document as it was parsed
 * @param {() => boolean} runsDatastar has Datastar said that it is ready?
 * @param {(hearer: (what: Heard) => void) => void} handOver what `boot.js` has heard, and will
 */
export async function start(config, shape, runsDatastar, handOver) {
  const patcher = new DatastarPatcher(createPatcher(config, shape), config, shape, runsDatastar);
  const page = new Page(config, patcher);
  Object.defineProperty(window, "asgiReload", { value: apiOf(page), configurable: true });

  handOver((what) => page.sayings.hear(what));
  await activated();
  page.connection.start();
  await idle();
  page.pill.appear();
  await patcher.prepare();
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

/** @returns {Promise<void>} when the page has loaded and has nothing else to do */
async function idle() {
  if (document.readyState !== "complete") {
    await new Promise((resolve) => addEventListener("load", resolve, { once: true }));
  }

  await new Promise((resolve) => ("requestIdleCallback" in window ? requestIdleCallback(resolve) : setTimeout(resolve)));
}
