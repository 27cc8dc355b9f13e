/**
 * What is a click away, and made only then.
 */

import { make } from "./elements.js";

/**
 * @param {string} text of the line that stands for it @param {() => HTMLElement[]} build asked once, when it is opened
 * @returns {HTMLElement}
 */
export function folded(text, build) {
  const fold = make("details", { class: "fold" }, [make("summary", {}, [text])]);
  whenOpened(fold, build);
  return fold;
}

/** @param {HTMLElement} fold @param {() => HTMLElement[]} build */
export function whenOpened(fold, build) {
  fold.addEventListener("toggle", () => fold.append(...build()), { once: true });
}
