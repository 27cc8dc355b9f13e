/**
 * Is this a message of the protocol? What comes over a line, a port or a broadcast channel is data until it has passed here.
 */

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").Step} Step */

const STEPS = new Set(["css", "images", "patch", "reload", "restart", "failure", "recovered"]);

/**
 * @param {string} text
 * @returns {ServerMessage | null} null if it is no message that this version knows
 */
export function decode(text) {
  try {
    return checked(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {ServerMessage | null}
 */
export function checked(value) {
  return isRecord(value) && isServerMessage(value) ? /** @type {ServerMessage} */ (/** @type {unknown} */ (value)) : null;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === "object" && value !== null;
}

/** @param {Record<string, unknown>} value */
function isServerMessage(value) {
  switch (value.type) {
    case "hello":
      return isText(value.boot) && isText(value.client) && areNumbers(value.generation, value.seq, value.heartbeat, value.problems);
    case "update":
      return areNumbers(value.seq, value.generation, value.written) && Array.isArray(value.steps) && value.steps.every(isStep);
    case "ping":
      return areNumbers(value.seq);
    case "stale":
      return isText(value.boot);
    case "busy":
      return areNumbers(value.retry);
    case "bye":
      return isText(value.reason);
    case "problems":
      return areNumbers(value.count);
    case "reload":
      return isText(value.page) && isText(value.reason);
    case "news":
      return true;
    default:
      return false;
  }
}

/** @param {unknown} step */
function isStep(step) {
  return isRecord(step) && STEPS.has(String(step.type)) && Array.isArray(step.paths) && step.paths.every(isText);
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string";
}

/** @param {unknown[]} values */
function areNumbers(...values) {
  return values.every((value) => typeof value === "number" && Number.isFinite(value));
}
