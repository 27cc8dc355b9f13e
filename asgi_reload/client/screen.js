/**
 * What a developer sees of us in a page: the pill and the overlay, and what they have to do with each other.
 */

import { Curtain, mayShow } from "./curtain.js";
import { Overlay } from "./overlay.js";
import { Pill } from "./pill.js";

/** @typedef {import("./problems.js").Problem} Problem */

/**
 * Whom they ask, and tell of what a person wants.
 * @typedef {object} Desk
 * @property {() => string} connection how the connection is, for people
 * @property {(isPaused: boolean) => void} pause
 */

export class Screen {
  /** @param {import("./protocol.js").Config} config @param {import("./storage.js").TabStorage} storage @param {Desk} desk */
  constructor({ base, boot, pill, overlay }, storage, desk) {
    const curtain = new Curtain(storage);
    this.overlay = new Overlay({ isOn: mayShow(overlay), boot, curtain, storage, moved: () => this.pill.refresh() });
    this.pill = new Pill({
      ...desk,
      isOn: mayShow(pill),
      base,
      curtain,
      open: () => this.overlay.open(),
      isCovered: () => this.overlay.isReading,
    });
  }

  /** @param {readonly Problem[]} problems newest first */
  show(problems) {
    this.overlay.show(problems);
    this.pill.problems(problems, this.overlay.isOn);
  }
}
