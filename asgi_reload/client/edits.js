/**
 * What a person has typed or chosen and not sent: a reload would lose it.
 */

import { hasDirty } from "./merge/controls.js";

export class Edits {
  #isEdited = false;

  /** @param {Document} document */
  constructor(document) {
    this.document = document;
    document.addEventListener("input", (event) => this.#note(event), { capture: true, passive: true });
  }

  /** @param {Event} event typing into `contenteditable` leaves no other trace */
  #note(event) {
    const target = /** @type {HTMLElement | undefined} */ (event.composedPath()[0]);
    this.#isEdited ||= !!target?.isContentEditable;
  }

  areUnsent() {
    return this.#isEdited || hasDirty(this.document);
  }
}
