/**
 * Which node of the base is which node of the page. Set when the page has been parsed and carried from merge to merge:
 * nothing is guessed later. A live node without a pair belongs to the page.
 */

export class Pairs {
  /** @type {WeakMap<Node, Node>} */
  #live = new WeakMap();
  /** @type {WeakMap<Node, Node>} */
  #base = new WeakMap();
  /** Whose content a fragment is. @type {WeakMap<Node, Node>} */
  #templates = new WeakMap();

  /** @param {Node} base @param {Node} live */
  set(base, live) {
    const former = this.#live.get(base);

    if (former) {
      this.#base.delete(former);
    }

    this.#live.set(base, live);
    this.#base.set(live, base);

    if (isTemplate(live)) {
      this.#templates.set(live.content, live);
    }
  }

  /** @param {Node} base */
  live(base) {
    return this.#live.get(base);
  }

  /** @param {Node} live */
  base(live) {
    return this.#base.get(live);
  }

  /**
   * Pair two subtrees of the same form, node by node.
   * @param {Node} base @param {Node} live
   */
  zip(base, live) {
    this.set(base, live);
    let other = live.firstChild;

    for (let child = base.firstChild; child && other; child = child.nextSibling) {
      this.zip(child, other);
      other = other.nextSibling;
    }
  }

  /**
   * Somebody swapped a live node for another that stands for the same.
   * @param {Node} old @param {Node} fresh
   */
  replace(old, fresh) {
    const base = this.#base.get(old);

    if (base) {
      this.set(base, fresh);
    }
  }

  /** Let go of a live node: it is the page's from now on. @param {Node} live */
  forget(live) {
    const base = this.#base.get(live);

    if (base) {
      this.#base.delete(live);
      this.#live.delete(base);
    }
  }

  /**
   * The live node of a base node if the page still has it: in the document, in a shadow root, in a template's content.
   * @param {Node} base @returns {Node | undefined}
   */
  alive(base) {
    const live = this.#live.get(base);
    return live && this.#isInPage(live) ? live : undefined;
  }

  /** @param {Node} live @returns {boolean} */
  #isInPage(live) {
    const template = live.isConnected ? undefined : this.#templates.get(live.getRootNode({ composed: true }));
    return live.isConnected || (template !== undefined && this.#isInPage(template));
  }
}

/**
 * Where the children of a live element are: a template keeps them in its content.
 * @param {Node} live @returns {Node}
 */
export function inside(live) {
  return isTemplate(live) ? live.content : live;
}

/**
 * Of any document or frame, which `instanceof` is not.
 * @param {Node} node @returns {node is HTMLTemplateElement}
 */
export function isTemplate(node) {
  return isElement(node) && node.localName === "template" && "content" in node;
}

/** @param {Node} node @returns {node is Element} */
export function isElement(node) {
  return node.nodeType === Node.ELEMENT_NODE;
}

/** @param {Node} node @returns {node is Text} */
export function isText(node) {
  return node.nodeType === Node.TEXT_NODE;
}

/** Text, comments, processing instructions. @param {Node} node @returns {node is CharacterData} */
export function isCharacterData(node) {
  return "data" in node && "replaceData" in node;
}
