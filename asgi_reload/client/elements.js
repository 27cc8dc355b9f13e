/**
 * Elements one by one, and text that is shown as it is: no markup anywhere, so that what an error says stays text, and
 * Trusted Types have nothing to object to.
 */

/** What a person may read; the terminal has the rest. */
export const LONGEST = 64 * 1024;
/** Controls, and marks that turn the direction of writing: shown, not obeyed. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** So that merges of other libraries leave a host of ours alone too. */
const MARKS = ["data-turbo-permanent", "data-ignore-morph", "hx-morph-skip", "im-preserve"];

/** @typedef {Node | string} Part what stands in an element: text is made printable */

/**
 * @param {string} tag @param {Record<string, string>} [attributes] @param {readonly Part[]} [parts]
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, parts = []) {
  const element = document.createElement(tag);

  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }

  element.append(...parts.map((part) => (typeof part === "string" ? printable(part) : part)));
  return element;
}

/** A place of our own beside the body, closed to the page's scripts and styles. */
export function makeHost() {
  const host = document.createElement("div");
  MARKS.forEach((mark) => host.setAttribute(mark, ""));
  host.setAttribute("data-asgi-reload", "off");
  return { host, shadow: host.attachShadow({ mode: "closed" }) };
}

/** @param {string} text */
export function printable(text) {
  return text
    .slice(0, LONGEST)
    .replace(UNSEEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
