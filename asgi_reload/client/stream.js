/**
 * One reading of the event stream. With `fetch` rather than EventSource: the token stands in a header, a status is no
 * riddle, and a refused stream can be asked for again. Runs in a page and in a worker alike.
 */

import { decode } from "./messages.js";
import { query } from "./socket.js";
import { eventParser } from "./sse.js";

/** @typedef {{ base: string, token: string }} Address */

export const TOKEN_HEADER = "X-Asgi-Reload-Token";

/**
 * Read the stream until it ends, breaks or is aborted.
 * @param {Address} address
 * @param {import("./connection.js").Position} position
 * @param {(message: import("./protocol.js").ServerMessage) => void} hear
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} did it end in order, as streams of this server do from time to time?
 */
export async function readStream(address, position, hear, signal) {
  try {
    const response = await fetch(`${address.base}/events?${query(position)}`, {
      headers: { [TOKEN_HEADER]: address.token, Accept: "text/event-stream" },
      cache: "no-store",
      signal,
    });

    if (!response.ok || response.body === null) {
      return false;
    }

    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = eventParser();

    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      for (const data of parse(chunk.value)) {
        const message = decode(data);
        if (message !== null) {
          hear(message);
        }
      }
    }

    return true;
  } catch {
    return false;
  }
}

/**
 * Say something beside the stream. Lost if the server is away; nothing that is said this way is worth saying twice.
 * @param {Address} address @param {string} client @param {import("./protocol.js").PageMessage} message
 * @returns {Promise<void>}
 */
export async function postMessage(address, client, message) {
  try {
    await fetch(`${address.base}/messages`, {
      method: "POST",
      headers: { [TOKEN_HEADER]: address.token, "Content-Type": "application/json" },
      body: JSON.stringify({ client, message }),
      keepalive: true,
    });
  } catch {
    // The stream will notice, and say `down`.
  }
}

/**
 * Does a server answer?
 * @param {string} base
 * @returns {Promise<boolean>}
 */
export async function isAnswering(base) {
  try {
    return (await fetch(`${base}/boot.js`, { method: "GET", cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
