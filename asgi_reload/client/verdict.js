/**
 * What a patcher does, and what comes of a page's own URL fetched anew before any document is looked into. Pure.
 */

/** @typedef {import("./protocol.js").Outcome} Outcome */
/** @typedef {import("./protocol.js").Step} Step */
/** @typedef {import("./merge/answer.js").Answer} Answer */
/** @typedef {import("./merge/answer.js").Failure} Failure */

/** @typedef {{ outcome: Outcome, detail: string, failure?: Failure }} Result */

/**
 * @typedef {object} Patcher
 * @property {() => Promise<void>} prepare fetch the base and pair it, best in idle time; never rejects
 * @property {(step: Step) => Promise<Result>} patch never rejects; a newer call takes the place of an older
 * @property {(old: Node, fresh: Node) => void} replaced somebody swapped a node for another that stands for the same
 * @property {() => Promise<Document | null>} base the last server output taken in, tidied; not to be changed
 * @property {(reason: string) => void} retire somebody else has patched the page: never merge again
 * @property {() => boolean} dirty would a reload lose what a person sent, typed or chose?
 */

/** A refused merge wants the page loaded anew. @param {string} detail @returns {Result} */
export const reload = (detail) => ({ outcome: "reload", detail });
/** @param {string} detail @returns {Result} */
export const nothing = (detail) => ({ outcome: "nothing", detail });

/**
 * @param {Answer} answer
 * @param {number} status what the document on the screen answered with
 * @returns {Result | null} null if it is a document to go on with
 */
export function judge(answer, status) {
  if (answer.failure) {
    return { outcome: "failed", detail: answer.failure.title, failure: answer.failure };
  }

  if (answer.isRedirected) {
    return reload("this URL redirects now");
  }

  if (answer.status !== status) {
    return reload(`this URL answers ${answer.status} now`);
  }

  // A file that is just being saved is empty for some milliseconds.
  if (answer.isEmpty) {
    return nothing("the answer is empty");
  }

  return answer.isHtml ? null : reload("this URL is no HTML any more");
}
