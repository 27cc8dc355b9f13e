/**
 * Many things as many nodes: one of each key, in order, changed in place. A node that stays keeps its focus, its selection
 * and whatever is open in it.
 */

/** @template Item @typedef {{ node: HTMLElement, show: (item: Item) => void }} Row */

/** @template Item */
export class Rows {
  /** @type {Map<string, Row<Item> & { seen: string }>} */
  #rows = new Map();

  /**
   * @param {HTMLElement} parent nothing else is in it
   * @param {(item: Item) => string} key
   * @param {() => Row<Item>} make a new row, empty
   * @param {HTMLElement | null} [refuge] takes the focus of a row that goes
   */
  constructor(parent, key, make, refuge = null) {
    this.parent = parent;
    this.key = key;
    this.make = make;
    this.refuge = refuge;
  }

  /**
   * Show these and no others. A generator: each step is one row's work, so that its caller can do something else between.
   * @param {Iterable<Item>} items
   * @returns {Generator<void, void, void>}
   */
  *show(items) {
    const wanted = new Map([...items].map((item) => [this.key(item), item]));

    for (const [key, { node }] of this.#rows) {
      if (!wanted.has(key)) {
        this.#drop(key, node);
        yield;
      }
    }

    let next = this.parent.firstElementChild;

    for (const [key, item] of wanted) {
      const row = this.#rows.get(key) ?? this.#add(key);

      if (row.node === next) {
        next = next.nextElementSibling;
      } else {
        this.parent.insertBefore(row.node, next);
      }

      this.#refresh(row, item);
      yield;
    }
  }

  /** @param {string} key @returns {HTMLElement | undefined} */
  node(key) {
    return this.#rows.get(key)?.node;
  }

  /** @param {string} key */
  #add(key) {
    const row = { ...this.make(), seen: "" };
    this.#rows.set(key, row);
    return row;
  }

  /** @param {Row<Item> & { seen: string }} row @param {Item} item */
  #refresh(row, item) {
    const seen = JSON.stringify(item);

    if (seen !== row.seen) {
      row.seen = seen;
      row.show(item);
    }
  }

  /** @param {string} key @param {HTMLElement} node */
  #drop(key, node) {
    const hadFocus = node.contains(document.activeElement);
    this.#rows.delete(key);
    node.remove();

    if (hadFocus) {
      this.refuge?.focus({ preventScroll: true });
    }
  }
}

/**
 * Nodes that carry no state, all at once: for what is inside a row.
 * @param {HTMLElement} parent @param {Node[]} nodes
 */
export function fill(parent, nodes) {
  parent.replaceChildren(...nodes);
}
