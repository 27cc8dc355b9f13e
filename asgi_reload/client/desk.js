/**
 * What a tab may ask of an exchange, and how it is answered. Words come over ports and broadcast channels, so they are
 * data until their shape is known.
 */

import { isRecord } from "./messages.js";
import { never } from "./never.js";

/** @typedef {import("./connection.js").Position} Position */
/** @typedef {import("./protocol.js").PageMessage} PageMessage */

/**
 * @typedef {{ type: "join", position: Position, isVisible: boolean }
 *   | { type: "leave" }
 *   | { type: "alive" }
 *   | { type: "wake" }
 *   | { type: "send", message: PageMessage }} Request what a tab says
 */

const SPOKEN = new Set(["page", "gone", "ack", "said"]);

/**
 * Do what a tab asks for.
 * @param {import("./exchange.js").Exchange} exchange
 * @param {string} id the tab
 * @param {unknown} value a `Request`, if it is one
 * @param {(word: import("./seats.js").Word) => void} say how the tab is answered
 */
export function serve(exchange, id, value, say) {
  if (!isRequest(value)) {
    return;
  }

  switch (value.type) {
    case "join":
      exchange.join(id, { say, position: { ...value.position }, isVisible: value.isVisible });
      break;
    case "leave":
      exchange.leave(id);
      break;
    case "alive":
      exchange.isAlive(id);
      break;
    case "wake":
      exchange.wake();
      break;
    case "send":
      exchange.send(id, value.message);
      break;
    default:
      never(value);
  }
}

/**
 * @param {unknown} value
 * @returns {value is Request}
 */
function isRequest(value) {
  if (!isRecord(value)) {
    return false;
  }

  switch (value.type) {
    case "join":
      return isPosition(value.position) && typeof value.isVisible === "boolean";
    case "send":
      return isRecord(value.message) && SPOKEN.has(String(value.message.type));
    default:
      return ["leave", "alive", "wake"].includes(String(value.type));
  }
}

/** @param {unknown} value */
function isPosition(value) {
  return (
    isRecord(value) && typeof value.boot === "string" && typeof value.page === "string" && Number.isFinite(value.seq)
  );
}
