/**
 * The promises of the merge, checked in a real document (a frame that is written into) against what the browser makes of
 * the new version afresh.
 */

import { merge } from "../merge/merge.js";
import { Parser } from "../merge/parse.js";
import { pair } from "../merge/shape.js";
import { tidy } from "../merge/tidy.js";
import { Generator, markup, random } from "./generator.js";

const parser = Parser.create();
const parse = (text) => tidy(parser.parse(text), "/__reload__");

class Frame {
  constructor() {
    this.element = document.body.appendChild(document.createElement("iframe"));
    this.document = this.element.contentDocument;
    const { customElements, HTMLElement } = this.element.contentWindow;
    customElements.define("x-dot", class extends HTMLElement {});
    customElements.define("x-box", class extends HTMLElement {});
  }

  load(text) {
    this.document.open();
    this.document.write(text);
    this.document.close();
    return this.document;
  }
}

/** What a fresh load gives: a parser of the browser's own, which attaches shadow roots too. */
const load = (text) => Document.parseHTMLUnsafe(text, { sanitizer: { comments: true } });

/** What `boot.js` remembers. */
function shapeOf(live) {
  const copy = live.cloneNode(true);
  const lists = [];
  const roots = [live];

  for (const root of roots) {
    const nodes = [];
    const walker = live.createTreeWalker(root);

    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push(node);
      if (node.localName === "template") roots.push(node.content);
      if (node.shadowRoot) roots.push(node.shadowRoot);
    }

    const fragment = root.host && copy.createDocumentFragment();
    fragment?.append(...[...root.childNodes].map((child) => copy.importNode(child, true)));
    lists.push({ root, nodes, copy: fragment ?? null });
  }

  return { url: "", nonce: "", copy, lists };
}

/** A page and what the client knows of it. */
class Session {
  constructor(frame, text) {
    this.live = frame.load(text);
    this.base = parse(text);
    this.page = { document: this.live, nonce: "", parser, used: new WeakSet() };
    this.pairs = pair(this.base, shapeOf(this.live), "/__reload__");
    if (!this.pairs) throw new Error("not paired");
  }

  merge(text) {
    const next = parse(text);
    const wanted = next.cloneNode(true);
    const merged = merge(this.base, next, this.pairs, this.page);
    if (!merged.refusal && !this.base.isEqualNode(wanted)) throw new Error(`the base is not the new document: ${difference(this.base, wanted)}`);
    return merged;
  }
}

/** Children, of a template its content, and the shadow root first. */
function kidsOf(node) {
  const kids = [...(node.localName === "template" && node.content ? node.content : node).childNodes];
  return node.shadowRoot ? [node.shadowRoot, ...kids] : kids;
}

function stateOf(node) {
  switch (node.localName) {
    case "input": return `${node.value}|${node.checked}`;
    case "textarea": return node.value;
    case "select": return [...node.options].map((option) => Number(option.selected)).join("");
    default: return "";
  }
}

/** Where two trees differ, or null: nodes, template contents, shadow roots, what controls show. */
function difference(left, right, used = new WeakSet()) {
  if (left.nodeType !== right.nodeType) return `${left.nodeName} / ${right.nodeName}`;
  const isShadow = Boolean(left.host);
  if (!isShadow && !left.cloneNode(false).isEqualNode(right.cloneNode(false))) return `${show(left)} / ${show(right)}`;
  if (left.isConnected && !used.has(left) && stateOf(left) !== stateOf(right)) return `${show(left)} shows ${stateOf(left)}, not ${stateOf(right)}`;
  const [ours, theirs] = [kidsOf(left), kidsOf(right)];
  if (ours.length !== theirs.length) return `${show(left)}: ${ours.map(show)} / ${theirs.map(show)}`;

  for (const [index, kid] of ours.entries()) {
    const found = difference(kid, theirs[index], used);
    if (found) return found;
  }

  return null;
}

const show = (node) => node.outerHTML ?? node.nodeValue ?? node.nodeName;

/** Which live node is which of the drawn tree; null if the parser made something else of it. */
function identify(tree, live) {
  const found = new Map();
  const walk = (drawn, node) => {
    if (!node) return false;
    if (drawn.name && node.localName !== drawn.name && !(drawn.isShadow && node.host)) return false;
    if (!drawn.name && node.nodeValue !== (drawn.text ?? drawn.comment)) return false;
    found.set(drawn.id, node);
    const kids = kidsOf(node);
    return (drawn.kids?.length ?? 0) === kids.length && (drawn.kids ?? []).every((kid, index) => walk(kid, kids[index]));
  };
  return walk(tree, live.documentElement) ? found : null;
}

/** Elements that no edit touched and that nothing else in either document equals, by id. */
function untouched(base, next) {
  const count = (tree) => {
    const [texts, counts] = [new Map(), new Map()];
    const walk = (node, isInert) => {
      const text = markup(node);
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (node.name && node.id && !node.isShadow && !isInert) texts.set(node.id, text);
      node.kids?.forEach((kid) => walk(kid, isInert || (node.name === "template" && !node.isShadow)));
    };
    walk(tree, false);
    return { texts, counts };
  };
  const [old, fresh] = [count(base), count(next)];
  return [...old.texts]
    .filter(([id, text]) => fresh.texts.get(id) === text && old.counts.get(text) === 1 && fresh.counts.get(text) === 1)
    .map(([id]) => id);
}

/** What a person or a script does to an element: how to see that it is still there, and how to undo it. */
function change(element, r) {
  const sorts = [useClass, useAttribute];
  if (element.localName === "input" && element.type === "text") sorts.push(type, type);
  if (element.localName === "textarea") sorts.push(type, type);
  if (element.type === "checkbox") sorts.push(toggle, toggle);
  if (element.localName === "details") sorts.push(open, open);
  if (element.localName === "select" && element.options.length > 1) sorts.push(choose, choose);
  if (["div", "section", "li", "td", "p", "span"].includes(element.localName)) sorts.push(append, prepend);
  return r.pick(sorts)(element);
}

const useClass = (element) => {
  const had = element.getAttribute("class");
  element.classList.add("is-on");
  const undo = () => { element.classList.remove("is-on"); if (had === null) element.removeAttribute("class"); else element.setAttribute("class", had); };
  return { holds: () => element.classList.contains("is-on"), undo };
};
const useAttribute = (element) => {
  element.setAttribute("data-user", "1");
  return { holds: () => element.hasAttribute("data-user"), undo: () => element.removeAttribute("data-user") };
};
const type = (element) => {
  const { value } = element;
  element.value = "typed";
  return { holds: () => element.value === "typed", undo: () => { element.value = value; } };
};
const toggle = (element) => {
  element.checked = !element.checked;
  const { checked } = element;
  return { holds: () => element.checked === checked, undo: () => { element.checked = !checked; } };
};
const open = (element) => {
  element.open = !element.open;
  const { open: now } = element;
  return { holds: () => element.open === now, undo: () => { element.open = !now; } };
};
const choose = (element) => {
  const before = element.selectedIndex;
  element.selectedIndex = (before + 1) % element.options.length;
  const option = element.selectedOptions[0];
  return { holds: () => element.selectedOptions[0] === option, undo: () => { element.selectedIndex = before; } };
};
const append = (element) => insert(element, (own) => element.append(own));
const prepend = (element) => insert(element, (own) => element.prepend(own));
const insert = (element, put) => {
  const own = element.ownerDocument.createElement("i");
  own.textContent = "page";
  put(own);
  return { holds: () => own.parentNode === element, undo: () => own.remove() };
};

class Failed extends Error {}

function check(seed, frame) {
  const generator = new Generator(seed);
  const trees = [generator.document()];
  trees.push(generator.edit(trees[0]), generator.edit(trees[0]));
  trees[2] = generator.edit(trees[1]);
  const [base, next, third] = trees.map(markup);
  const fail = (what) => { throw new Failed(`seed ${seed}: ${what}\nbase:  ${base}\nnew:   ${next}\nthird: ${third}`); };
  const expect = (found, what) => { if (found) fail(`${what}: ${found}`); };

  try {
    followsServer(frame, [base, next, third], expect);
    return keepsState(frame, trees, [base, next, third], random(seed ^ 0x5eed), expect);
  } catch (error) {
    if (error instanceof Failed) throw error;
    return fail(error.stack);
  }
}

/** No user change: the page equals a fresh load; the same update again changes nothing; nor does a second edit fail. */
function followsServer(frame, [base, next, third], expect) {
  const session = new Session(frame, base);
  expect(session.merge(next).refusal, "refused");
  expect(difference(session.live, load(next)), "not as loaded");

  const observer = new frame.element.contentWindow.MutationObserver(() => {});
  observer.observe(session.live, { subtree: true, childList: true, attributes: true, characterData: true });
  const again = session.merge(next);
  expect(again.changes || observer.takeRecords().length, "the same update changed something");
  observer.disconnect();

  expect(session.merge(third).refusal, "refused");
  expect(difference(session.live, load(third)), "not as loaded after a second edit");
}

/** A person's changes where the server changed nothing stay, on the same nodes; without them the page is as loaded. */
function keepsState(frame, trees, texts, r, expect) {
  const session = new Session(frame, texts[0]);
  const nodes = identify(trees[0], session.live);
  if (!nodes) return 0;
  const ids = untouched(trees[0], trees[1]).filter((id) => nodes.has(id));
  const changes = ids.filter(() => r.chance(0.3)).map((id) => ({ id, ...change(nodes.get(id), r) }));
  expect(session.merge(texts[1]).refusal, "refused with state");
  const lost = changes.find(({ holds, id }) => !holds() || !nodes.get(id).isConnected);
  expect(lost && show(nodes.get(lost.id)), "state lost");
  changes.reverse().forEach(({ undo }) => undo());
  expect(difference(session.live, load(texts[1])), "not as loaded beside state");
  const after = identify(trees[1], session.live);
  const other = after && ids.find((id) => after.get(id) !== nodes.get(id));
  expect(other && show(nodes.get(other)), "another node");
  expect(session.merge(texts[2]).refusal, "refused");
  expect(difference(session.live, load(texts[2]), session.page.used), "not as loaded after state and a second edit");
  return after ? ids.length : 0;
}

/** @returns the number of nodes whose identity was checked */
export function run(first, count) {
  const frame = new Frame();
  let checked = 0;

  for (let seed = first; seed < first + count; seed++) {
    checked += check(seed, frame);
  }

  frame.element.remove();
  return checked;
}
