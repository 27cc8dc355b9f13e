/**
 * The shared worker: one event stream for all tabs, and the one that asks quietly whether a server answers again.
 * It outlives pages, so its name carries the life of the server that it belongs to.
 */

import { serve } from "./desk.js";
import { Exchange } from "./exchange.js";
import { isRecord } from "./messages.js";
import { Backoff } from "./retry.js";
import { isAnswering } from "./stream.js";

/** Nobody sees these requests fail, so they can come often. */
const LAST_PROBE_MS = 800;
/** Whoever asked has gone or asks again. */
const LONGEST_PROBE_MS = 60_000;

/** @param {MessagePort} port @param {Map<string, Exchange>} exchanges @param {string} id */
function attend(port, exchanges, id) {
  /** @type {Exchange | null} */
  let exchange = null;

  port.onmessage = ({ data }) => {
    if (!isRecord(data)) {
      return;
    }

    if (data.type === "address") {
      exchange = exchangeFor(String(data.base), String(data.token), exchanges);
    } else if (data.type === "probe") {
      void probe(port, String(data.base));
    } else if (exchange !== null) {
      serve(exchange, id, data, (word) => port.postMessage(word));
    }
  };
  port.postMessage({ type: "here" });
}

/** @param {string} base @param {string} token @param {Map<string, Exchange>} exchanges */
function exchangeFor(base, token, exchanges) {
  const key = `${base} ${token}`;
  const exchange = exchanges.get(key) ?? new Exchange({ base, token });
  exchanges.set(key, exchange);
  return exchange;
}

/** @param {MessagePort} port @param {string} base */
async function probe(port, base) {
  const backoff = new Backoff(LAST_PROBE_MS);
  const end = Date.now() + LONGEST_PROBE_MS;

  while (Date.now() < end) {
    if (await isAnswering(base)) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, backoff.next()));
  }

  port.postMessage({ type: "answers" });
}

function main() {
  /** @type {Map<string, Exchange>} */
  const exchanges = new Map();
  let visitors = 0;
  const scope = /** @type {{ onconnect: (event: MessageEvent) => void }} */ (/** @type {unknown} */ (self));

  scope.onconnect = ({ ports: [port] }) => {
    visitors += 1;
    if (port !== undefined) {
      attend(port, exchanges, String(visitors));
    }
  };
}

main();
