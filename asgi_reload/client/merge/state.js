/**
 * What a person did to the page, noted before a merge and given back after it, as far as the browser does not keep it
 * by itself. A control that was as the server sent it follows the server.
 */

import { choose, controlsOf, isDirty, isRadio, isSelect, reset } from "./controls.js";
import { isDirtyGroup, radioGroups, resetGroup } from "./controls.js";
import { isText } from "./pairs.js";

/** @typedef {import("./controls.js").Control} Control */
/** @typedef {import("./pairs.js").Pairs} Pairs */
/** @typedef {Document | ShadowRoot} Root */

export class Controls {
  /** @type {Set<Control>} */
  #clean = new Set();
  /** @type {Map<HTMLSelectElement, HTMLOptionElement[]>} */
  #chosen = new Map();
  /**
   * Radios of groups in which a person chose, and the one that was chosen.
   * @type {Map<HTMLInputElement, HTMLInputElement>}
   */
  #groups = new Map();
  /** Of those that close each other. @type {Map<HTMLDetailsElement, boolean>} */
  #disclosed = new Map();

  /**
   * @param {Root[]} roots @param {Pairs} pairs before the base is changed
   * @param {WeakSet<Control>} used controls that a person has changed in the past; takes those that are changed now
   */
  constructor(roots, pairs, used) {
    this.roots = roots;
    this.used = used;

    for (const root of roots) {
      const controls = controlsOf(root);
      controls.forEach((control) => this.#note(control));
      radioGroups(controls).forEach((group) => this.#noteGroup(group));
      root.querySelectorAll("details[name]").forEach((details) => this.#noteDetails(details, pairs));
    }
  }

  restore() {
    for (const root of this.roots) {
      const controls = controlsOf(root);
      controls.forEach((control) => this.#restore(control));
      radioGroups(controls).forEach((group) => this.#restoreGroup(group));
    }

    for (const [details, open] of this.#disclosed) {
      if (details.isConnected && details.open !== open) {
        details.open = open;
      }
    }
  }

  /** @param {Control} control */
  #note(control) {
    if (isRadio(control)) {
      return;
    }

    if (!this.#isUsed(control, isDirty(control))) {
      this.#clean.add(control);
    } else if (isSelect(control)) {
      this.#chosen.set(control, [...control.selectedOptions]);
    }
  }

  /**
   * Once a person's, always a person's, even where the server comes to the same value later.
   * @param {Control} control @param {boolean} isDirty
   */
  #isUsed(control, isDirty) {
    if (isDirty) {
      this.used.add(control);
    }

    return this.used.has(control);
  }

  /** @param {HTMLInputElement[]} group */
  #noteGroup(group) {
    const chosen = group.find((radio) => radio.checked);

    const isDirty = isDirtyGroup(group);

    if (chosen && group.filter((radio) => this.#isUsed(radio, isDirty)).length > 0) {
      group.forEach((radio) => this.#groups.set(radio, chosen));
    }
  }

  /** @param {Element} details @param {Pairs} pairs */
  #noteDetails(details, pairs) {
    const { open } = /** @type {HTMLDetailsElement} */ (details);
    const base = /** @type {Element | undefined} */ (pairs.base(details));

    if (base?.hasAttribute("open") !== open) {
      this.#disclosed.set(/** @type {HTMLDetailsElement} */ (details), open);
    }
  }

  /** @param {Control} control */
  #restore(control) {
    if (isSelect(control)) {
      this.#restoreSelect(control);
    } else if (this.#clean.has(control)) {
      reset(control);
    }
  }

  /** @param {HTMLSelectElement} select */
  #restoreSelect(select) {
    const options = [...select.options];
    const chosen = (this.#chosen.get(select) ?? [])
      .map((old) => (options.includes(old) ? old : options.find((option) => option.value === old.value)))
      .filter((option) => option !== undefined);

    if (chosen.length > 0) {
      choose(select, chosen);
    } else if (!this.#chosen.has(select) || !select.multiple) {
      reset(select);
    }
  }

  /** @param {HTMLInputElement[]} group */
  #restoreGroup(group) {
    const chosen = group.map((radio) => this.#groups.get(radio)).find((radio) => radio && group.includes(radio));

    if (!chosen) {
      resetGroup(group);
    } else if (!chosen.checked) {
      chosen.checked = true;
    }
  }
}

/**
 * Focus and selection, which a move may lose. To be asked for before the first write, when it costs no layout.
 */
export class Attention {
  /** Follows what is written into the texts. @type {Range | null} */
  #range = null;
  #isBackward = false;

  /** @param {Document} document */
  constructor(document) {
    this.document = document;
    this.active = deepActive(document);
    this.caret = caretOf(this.active);
    const selection = document.getSelection();

    if (selection?.anchorNode && selection.rangeCount > 0) {
      const range = selection.getRangeAt(0).cloneRange();
      const { anchorNode, anchorOffset } = selection;
      this.#range = range;
      this.#isBackward = anchorNode !== range.startContainer || anchorOffset !== range.startOffset;
    }
  }

  /** Everything is written, the moves begin. @returns {() => void} gives back what they lose */
  hold() {
    const range = this.#range;
    const start = range && { node: range.startContainer, offset: range.startOffset };
    const end = range && { node: range.endContainer, offset: range.endOffset };

    return () => {
      this.#restoreFocus();

      if (start && end) {
        this.#select(...(this.#isBackward ? [end, start] : [start, end]));
      }
    };
  }

  #restoreFocus() {
    const { active, caret } = this;

    if (active && active.isConnected && deepActive(this.document) !== active) {
      active.focus({ preventScroll: true });

      if (caret) {
        /** @type {HTMLInputElement} */ (active).setSelectionRange(caret.start, caret.end, caret.direction);
      }
    }
  }

  /** @param {...Point} points anchor and focus */
  #select(...points) {
    const selection = this.document.getSelection();
    const [anchor, focus] = /** @type {[Point, Point]} */ (points);
    const isLost = selection && (selection.anchorNode !== anchor.node || selection.focusNode !== focus.node);

    if (isLost && anchor.node.isConnected && focus.node.isConnected) {
      selection.setBaseAndExtent(anchor.node, within(anchor), focus.node, within(focus));
    }
  }
}

/** @typedef {{ node: Node, offset: number }} Point */

/** @param {Point} point @returns {number} its offset, or the end where there is less by now */
function within({ node, offset }) {
  return Math.min(offset, isText(node) ? node.length : node.childNodes.length);
}

/** @param {Document} document @returns {HTMLElement | null} the focused element, in its shadow root */
function deepActive(document) {
  let active = document.activeElement;

  while (active?.shadowRoot?.activeElement) {
    active = active.shadowRoot.activeElement;
  }

  return active === document.body ? null : /** @type {HTMLElement | null} */ (active);
}

/** @param {HTMLElement | null} active */
function caretOf(active) {
  const { selectionStart, selectionEnd, selectionDirection } = /** @type {HTMLInputElement} */ (active ?? {});
  const isText = typeof selectionStart === "number" && typeof selectionEnd === "number";
  return isText ? { start: selectionStart, end: selectionEnd, direction: selectionDirection ?? "none" } : null;
}
