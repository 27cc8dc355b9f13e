/**
 * A live node goes to another place without losing what it holds. `moveBefore` keeps everything; where it is missing a
 * move is a removal, and what can be put back is put back.
 */

import { isElement } from "./pairs.js";

/** What loses something when it is taken out of the document. */
const FRAGILE = "iframe, object, embed, video, audio, canvas, dialog, [popover], :focus";
/** Beyond what any number of plain siblings weighs. */
const HEAVY = 1_000_000;

/**
 * @param {Node} parent @param {Node} node @param {Node | null} before
 */
export function move(parent, node, before) {
  const target = /** @type {any} */ (parent);

  if (node.parentNode && "moveBefore" in parent) {
    try {
      target.moveBefore(node, before);
      return;
    } catch {
      // Not both in one connected tree.
    }
  }

  const restore = node.isConnected && isElement(node) ? remember(node) : () => {};
  parent.insertBefore(node, before);
  restore();
}

/**
 * What it costs to move a live node, so that the others go around it.
 * @param {Node | undefined} live
 */
export function weight(live) {
  if (!live || !isElement(live) || "moveBefore" in Element.prototype) {
    return 1;
  }

  const all = [live, ...live.querySelectorAll("*")];
  return all.some((element) => element.localName.includes("-") || element.matches(FRAGILE)) ? HEAVY : 1;
}

/** @param {Element} element @returns {() => void} */
function remember(element) {
  const all = [element, ...element.querySelectorAll("*")];
  const scrolled = all
    .filter((one) => one.scrollTop || one.scrollLeft)
    .map((one) => /** @type {const} */ ([one, one.scrollTop, one.scrollLeft]));
  const modal = all.filter((one) => one.matches("dialog:modal"));
  const shown = all.filter((one) => isShown(one));

  return () => {
    for (const [one, top, left] of scrolled) {
      one.scrollTo({ top, left, behavior: "instant" });
    }

    for (const dialog of /** @type {HTMLDialogElement[]} */ (modal)) {
      dialog.close();
      dialog.showModal();
    }

    for (const popover of /** @type {HTMLElement[]} */ (shown)) {
      popover.showPopover();
    }
  };
}

/** @param {Element} element */
function isShown(element) {
  return element.hasAttribute("popover") && element.matches(":popover-open");
}
