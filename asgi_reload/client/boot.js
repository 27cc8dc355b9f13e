/**
 * The first script of the document, before anything of the page has run: remembers the document as it was parsed, then
 * starts the client. Says nothing of the project; what it needs to know stands in its tag. Never throws into the page.
 */
(() => {
  "use strict";

  const MOST_EARLY = 20;
  const tag = document.currentScript;

  if (!(tag instanceof HTMLScriptElement)) {
    return;
  }

  const { dataset } = tag;
  tag.remove();

  if ("asgiReload" in window) {
    // A library shows another page in this document (`visit.js`).
    const shown = { page: dataset.page ?? "", status: Number(dataset.status ?? 200) };
    document.dispatchEvent(new CustomEvent("asgi-reload:shown", { detail: shown }));
    return;
  }

  Object.defineProperty(window, "asgiReload", { value: {}, configurable: true, writable: true });

  const config = {
    base: dataset.base ?? "",
    client: dataset.client ?? "",
    token: dataset.token ?? "",
    boot: dataset.boot ?? "",
    generation: Number(dataset.generation),
    seq: Number(dataset.seq),
    page: dataset.page ?? "",
    transport: dataset.transport ?? "auto",
    pill: dataset.pill ?? "auto",
    overlay: dataset.overlay ?? "auto",
    console: dataset.console ?? "",
    status: Number(dataset.status ?? 200),
    method: dataset.method ?? "GET",
  };
  const url = document.URL;
  const nonce = tag.nonce;
  let runsDatastar = false;
  // Said once, maybe before any module of ours has come.
  document.addEventListener("datastar-ready", () => (runsDatastar = true), { once: true });

  /** What goes wrong before there is somebody to hear it. @type {import("./main.js").Heard[]} */
  const early = [];
  let isHearing = false;
  let hear = (/** @type {import("./main.js").Heard} */ what) => {
    if (early.length < MOST_EARLY) {
      early.push(what);
    }
  };
  addEventListener("error", note, true);
  addEventListener("unhandledrejection", note);
  config.console.split(" ").filter(Boolean).forEach(forward);

  /** @param {import("./main.js").Heard} what */
  function note(what) {
    // To look at what a page says may make it say something.
    if (!isHearing) {
      isHearing = true;
      try {
        hear(what);
      } catch {
        // Of no concern to the page.
      }
      isHearing = false;
    }
  }

  /** Have a method of the console tell us too, after it has done its work. @param {string} word */
  function forward(word) {
    const level = /** @type {import("./protocol.js").Level} */ (word);
    const name = level === "warning" ? "warn" : level;
    console[name] = new Proxy(console[name], {
      apply(method, self, args) {
        const result = Reflect.apply(method, self, args);
        note({ level, args, from: new Error() });
        return result;
      },
    });
  }

  /** @param {(what: import("./main.js").Heard) => void} hearer */
  function handOver(hearer) {
    hear = hearer;
    early.splice(0).forEach(note);
  }

  /**
   * A native copy of the document, which scripts cannot reach, and the live nodes in the copy's order: one list for the
   * document and one for each open shadow root and each template, whose nodes a walk of the document does not meet.
   */
  function remember() {
    const copy = /** @type {Document} */ (document.cloneNode(true));
    const lists = [];
    /** @type {Node[]} */
    const roots = [document];

    for (const root of roots) {
      const nodes = nodesBelow(root, roots);
      lists.push({ root, nodes, copy: root instanceof ShadowRoot ? copyOf(root, copy) : null });
    }

    return { url, nonce, copy, lists };
  }

  /** @param {Node} root @param {Node[]} roots takes the shadow roots and templates on the way */
  function nodesBelow(root, roots) {
    const nodes = [];
    const walker = document.createTreeWalker(root);

    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push(node);

      if (node instanceof HTMLTemplateElement) {
        roots.push(node.content);
      } else if (node instanceof Element && node.shadowRoot) {
        roots.push(node.shadowRoot);
      }
    }

    return nodes;
  }

  /** @param {ShadowRoot} root @param {Document} inert where custom elements stay plain */
  function copyOf(root, inert) {
    const fragment = inert.createDocumentFragment();

    for (const child of root.childNodes) {
      fragment.append(inert.importNode(child, true));
    }

    return fragment;
  }

  async function start() {
    try {
      const shape = remember();
      const main = await import(`${config.client}/main.js`);
      await main.start(config, shape, () => runsDatastar, handOver);
    } catch (error) {
      console.debug("[asgi-reload] not started:", error);
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("readystatechange", () => void start(), { once: true });
  } else {
    void start();
  }
})();
