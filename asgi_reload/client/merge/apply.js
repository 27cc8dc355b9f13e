/**
 * Carries a plan out on the page. The base is the new document by now, so where a node belongs can be read off it.
 * Touches no live node that the plan does not name, and none inside `data-asgi-reload="keep"`.
 */

import { writeAttribute } from "./attributes.js";
import { controlsOf, isDirty } from "./controls.js";
import { graft } from "./graft.js";
import { isCharacterData, isElement } from "./pairs.js";
import { Places } from "./places.js";
import { describe, isHiddenInput } from "./replaced.js";
import { Attention } from "./state.js";
import { pieces, writeJoined } from "./texts.js";

/** @typedef {import("./graft.js").Page} Page */
/** @typedef {import("./pairs.js").Pairs} Pairs */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./plan.js").AttributeChange} AttributeChange */
/** @typedef {import("./plan.js").TextChange} TextChange */

const SWITCH = "data-asgi-reload";

export class Applier {
  /** What a developer should know: where the page is not what the server sent. @type {string[]} */
  notes = [];
  /** Live nodes whose `keep` the server takes back. @type {Set<Node>} */
  #released = new Set();
  /** @type {Set<HTMLMediaElement>} */
  #media = new Set();

  /** @param {Plan} plan committed @param {Pairs} pairs @param {Page} page */
  constructor(plan, pairs, page) {
    this.plan = plan;
    this.pairs = pairs;
    this.page = page;
    this.places = new Places(pairs, plan.placements.map(({ node }) => node));
  }

  run() {
    const { plan } = this;
    const attention = plan.placements.some(({ kind }) => kind === "move") ? new Attention(this.page.document) : null;
    this.#release();
    const lost = [
      ...plan.attributes.filter((change) => !this.#writeIfAlive(change)),
      ...plan.texts.filter((change) => !this.#writeIfAlive(change)),
    ];
    const giveBack = attention?.hold();

    for (const { node, kind, isWhole } of plan.placements) {
      this.#arrive(node, kind, isWhole);
    }

    lost.filter(({ node }) => !isHiddenInput(node)).forEach((change) => this.#writeAgain(change));
    plan.removed.forEach((node) => this.#remove(node));
    giveBack?.();

    for (const media of this.#media) {
      if (media.isConnected && !media.hasAttribute("src")) {
        media.load();
      }
    }
  }

  /** The server may take a `keep` back that it gave; one that the page has set stays. */
  #release() {
    for (const { node, from, to } of this.plan.attributes) {
      const live = this.pairs.live(node);

      if (live && from?.name === SWITCH && !isKeep(to?.value)) {
        this.#released.add(live);
      }
    }
  }

  /** Is this live node, or what it is in, to be left as it is? @param {Node | null | undefined} live */
  #isKept(live) {
    for (let node = live; node; node = node.parentNode ?? /** @type {ShadowRoot} */ (node).host) {
      if (isElement(node) && isKeep(node.getAttribute(SWITCH)) && !this.#released.has(node)) {
        return true;
      }
    }

    return false;
  }

  /** @param {AttributeChange | TextChange} change @returns {boolean} false if the page has removed the node */
  #writeIfAlive(change) {
    const { node } = change;
    const live = this.pairs.alive(node) ?? (isHiddenInput(node) ? this.pairs.live(node) : undefined);

    if (live) {
      this.#write(change, live);
    }

    return live !== undefined;
  }

  /** @param {AttributeChange | TextChange} change @param {Node} live */
  #write(change, live) {
    if (this.#isKept(live)) {
      return;
    }

    if (isElement(change.node)) {
      const { from, to } = /** @type {AttributeChange} */ (change);
      writeAttribute(/** @type {Element} */ (live), from, to, this.page.parser?.policy ?? null);
      this.#noteMedia(live.parentNode);
    } else {
      const { from, to } = /** @type {TextChange} */ (change);
      this.#writeText(/** @type {CharacterData} */ (live), from, to);
    }
  }

  /** @param {CharacterData} live @param {string} from @param {string} to */
  #writeText(live, from, to) {
    const isTyped = live.data !== from && live.parentElement?.isContentEditable;

    if (live.data === to || isTyped) {
      return;
    }

    writeJoined(live, from, to, this.pairs);
  }

  /**
   * The developer edits it to see it, so what the page removed comes back.
   * @param {AttributeChange | TextChange} change
   */
  #writeAgain(change) {
    const known = this.pairs.live(change.node);
    const live = this.#revive(change.node);

    if (live && live === known) {
      this.#write(change, live);
    }
  }

  /**
   * The live node of a base node, put back into the page if it is not there.
   * @param {Node} node @returns {Node | undefined} nothing where the page has its own ideas
   */
  #revive(node) {
    const alive = this.pairs.alive(node);
    const { parentNode: parent } = node;

    if (alive || !parent || this.places.pending.has(node)) {
      return alive;
    }

    const home = this.#revive(parent);

    if (!home || this.#isKept(home) || (!this.pairs.live(node) && this.#holdsAlive(node))) {
      return undefined;
    }

    // A parent that came back brought it along.
    if (this.pairs.alive(node)) {
      return this.pairs.alive(node);
    }

    this.#put(node, this.pairs.live(node) ?? graft(node, true, this.page, this.pairs));
    return this.pairs.live(node);
  }

  /** Did the page take this node away and leave what is in it? @param {Node} node @returns {boolean} */
  #holdsAlive(node) {
    return [...node.childNodes].some((child) => this.pairs.alive(child) !== undefined || this.#holdsAlive(child));
  }

  /** @param {Node} node @param {"insert" | "move"} kind @param {boolean} isWhole */
  #arrive(node, kind, isWhole) {
    this.places.pending.delete(node);
    const home = node.parentNode && this.#revive(node.parentNode);

    // A shadow root has come with its host.
    if (!home || this.#isKept(home) || (kind === "insert" && this.pairs.live(node))) {
      return;
    }

    const live = kind === "insert" ? graft(node, isWhole, this.page, this.pairs) : this.pairs.alive(node);

    if (live) {
      this.#put(node, live);
    }
  }

  /** @param {Node} node @param {Node} live to where the base has it */
  #put(node, live) {
    this.places.put(node, live);
    this.#noteMedia(live.parentNode);
  }

  /** @param {Node} node the topmost of what the server removed */
  #remove(node) {
    const live = this.pairs.live(node);

    if (!live || this.#isKept(live.parentNode)) {
      return;
    }

    const run = isCharacterData(node) ? pieces(live, node.data, this.pairs) : [live];
    run.forEach((one) => this.#rescue(one));
    const foreign = isElement(live) && controlsOf(live).find((one) => !this.pairs.base(one) && isDirty(one));

    if (foreign) {
      this.notes.push(`kept ${describe(live)}, which the server removed: a person has used what the page put inside`);
      this.pairs.forget(live);
      return;
    }

    this.#noteMedia(live.parentNode);
    run.forEach((one) => /** @type {ChildNode} */ (one).remove());
  }

  /** What the page has moved in here, and the server still has elsewhere. @param {Node} live */
  #rescue(live) {
    for (const child of [...live.childNodes]) {
      const base = this.pairs.base(child);

      if (base?.isConnected) {
        this.#put(base, child);
      } else {
        this.#rescue(child);
      }
    }
  }

  /** Sources are looked at anew only when told so. @param {Node | null} parent of one that came, went or changed */
  #noteMedia(parent) {
    if (parent && isElement(parent) && parent.matches("video, audio")) {
      this.#media.add(/** @type {HTMLMediaElement} */ (parent));
    }
  }
}

/** @param {string | null | undefined} value */
function isKeep(value) {
  return value === "keep" || value === "off";
}
