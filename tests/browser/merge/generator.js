/**
 * Documents and edits from a seed: a tree of plain objects, each with an id that outlives edits and never shows in the
 * markup. What a node may stand in is a kind, so that the parser keeps every tree as it was drawn.
 */

const WORDS = ["alpha", "beta", "gamma", "delta", "one", "two", "Save", "Cancel", "price", "5"];

/** What stands in it, by name; what is not here holds text or nothing. */
const CONTENT = {
  body: "flow", div: "flow", section: "flow", form: "flow", li: "flow", td: "flow", details: "flow", "x-box": "flow",
  p: "phrase", span: "phrase", b: "phrase", button: "phrase", h2: "phrase",
  ul: "item", tbody: "row", tr: "cell", select: "option", svg: "shape", g: "shape", template: "stencil", math: "math",
};
const NAMES = {
  flow: ["div", "section", "form", "ul", "table", "p", "h2", "details", "svg", "template", "x-box", "card", "math", "input", "textarea", "select", "radios"],
  phrase: ["span", "b", "button", "input", "x-dot"],
  item: ["li"], row: ["tr"], cell: ["td"], option: ["option"], shape: ["g", "circle"], stencil: ["p", "div"], math: ["mi"],
};
const LEAVES = new Set(["flow", "phrase", "stencil"]);

/** mulberry32: small, fast, the same everywhere. */
export function random(seed) {
  let state = seed >>> 0;

  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  return { next, below: (bound) => Math.floor(next() * bound), pick: (list) => list[Math.floor(next() * list.length)], chance: (p) => next() < p };
}

export class Generator {
  constructor(seed) {
    this.r = random(seed);
    this.ids = 0;
  }

  document() {
    const body = this.element("body", 0);
    body.kids = [];
    const head = { id: ++this.ids, name: "head", attrs: {}, kids: [this.element("title", 9), this.meta()] };

    while (body.kids.length < 3 + this.r.below(5)) {
      body.kids.push(this.node("flow", 1));
    }

    return tidy({ id: 0, name: "html", attrs: { lang: "en" }, kids: [head, body] });
  }

  meta() {
    const one = { id: ++this.ids, name: "meta", attrs: { name: "description", content: this.words(3) }, kids: [] };
    return one;
  }

  words(count) {
    const words = Array.from({ length: 1 + this.r.below(count) }, () => this.r.pick(WORDS));
    return (this.r.chance(0.4) ? [...words, `n${this.r.below(1000)}`] : words).join(" ");
  }

  node(kind, depth) {
    if (LEAVES.has(kind) && this.r.chance(0.35)) {
      return { id: ++this.ids, text: this.r.chance(0.2) ? "\n  " : this.words(3) };
    }

    if (this.r.chance(0.06)) {
      return { id: ++this.ids, comment: this.words(2) };
    }

    return this.element(this.r.pick(NAMES[kind]), depth);
  }

  element(name, depth) {
    const id = ++this.ids;
    const attrs = {};

    if (this.r.chance(0.3)) attrs.class = this.r.pick(["row", "row big", "card", "note"]);
    if (this.r.chance(0.15)) attrs.id = `id${this.r.below(60)}`;
    if (this.r.chance(0.1)) attrs.style = this.r.pick(["color: red", "margin: 1px; color: blue"]);
    if (this.r.chance(0.05)) attrs["@click"] = this.r.pick(["open = true", "save()"]);

    switch (name) {
      case "title": return { id, name, attrs: {}, kids: [{ id: ++this.ids, text: this.words(2) }] };
      case "textarea": return { id, name, attrs: { ...attrs, name: `t${this.r.below(9)}` }, kids: [{ id: ++this.ids, text: this.words(2) }] };
      case "option": return { id, name, attrs: this.r.chance(0.3) ? { selected: "" } : {}, kids: [{ id: ++this.ids, text: this.words(1) }] };
      case "mi": return { id, name, attrs, kids: [{ id: ++this.ids, text: this.r.pick(["x", "y"]) }] };
      case "input": return { id, name, attrs: { ...attrs, ...this.input() }, kids: [] };
      case "circle": return { id, name, attrs: { ...attrs, r: String(this.r.below(9)), "xlink:href": `#${this.r.below(3)}` }, kids: [] };
      case "x-dot": return { id, name, attrs, kids: [] };
      case "details": return { id, name, attrs: this.r.chance(0.3) ? { ...attrs, open: "" } : attrs, kids: [this.summary(), ...this.kids("flow", depth)] };
      case "table": return { id, name, attrs, kids: [{ id: ++this.ids, name: "tbody", attrs: {}, kids: this.kids("row", depth) }] };
      case "radios": return this.radios(id, attrs);
      case "card": return { id, name: "x-box", attrs, kids: [this.shadow(depth), ...this.kids("flow", depth)] };
      default: return { id, name, attrs, kids: this.kids(CONTENT[name], depth) };
    }
  }

  kids(kind, depth) {
    const most = depth > 4 ? 1 : kind === "option" || kind === "row" || kind === "item" ? 5 : 4;
    return depth > 5 ? [] : Array.from({ length: this.r.below(most + 1) }, () => this.node(kind, depth + 1));
  }

  summary() {
    return { id: ++this.ids, name: "summary", attrs: {}, kids: [{ id: ++this.ids, text: this.words(2) }] };
  }

  shadow(depth) {
    return { id: ++this.ids, name: "template", attrs: { shadowrootmode: "open" }, kids: this.kids("phrase", depth), isShadow: true };
  }

  radios(id, attrs) {
    const name = `r${this.r.below(4)}`;
    const kids = Array.from({ length: 1 + this.r.below(3) }, (_, index) => {
      const checked = this.r.chance(0.3) ? { checked: "" } : {};
      return { id: ++this.ids, name: "input", attrs: { type: "radio", name, value: String(index), ...checked }, kids: [] };
    });
    return { id, name: "div", attrs, kids };
  }

  input() {
    const name = `f${this.r.below(9)}`;
    const type = this.r.pick(["text", "checkbox", "hidden", "number"]);
    const checked = type === "checkbox" && this.r.chance(0.4) ? { checked: "" } : {};
    const value = this.r.chance(0.5) ? { value: type === "number" ? String(this.r.below(99)) : this.words(1) } : {};
    return { type, name, ...value, ...checked };
  }

  /** Another version of a document: some edits, of every sort. */
  edit(tree) {
    const copy = structuredClone(tree);

    for (let left = 1 + this.r.below(4); left > 0; left--) {
      this[this.r.pick(["insert", "insert", "remove", "move", "move", "wrap", "unwrap", "shuffle", "attribute", "attribute", "text", "text", "frame"])](copy);
    }

    return tidy(copy);
  }

  /** All nodes below the body that may be edited, with what they stand in. */
  places(tree) {
    const found = [];
    const walk = (parent, kind) => {
      for (const node of parent.kids ?? []) {
        if (!node.isShadow && !isFirm(node, parent)) found.push({ node, parent, kind });
        walk(node, node.isShadow ? "phrase" : CONTENT[node.name]);
      }
    };
    walk(tree.kids[1], "flow");
    return found;
  }

  containers(tree, kind) {
    const found = kind === "flow" ? [tree.kids[1]] : [];
    const walk = (node) => {
      for (const child of node.kids ?? []) {
        if (child.kids && (child.isShadow ? "phrase" : CONTENT[child.name]) === kind) found.push(child);
        walk(child);
      }
    };
    walk(tree.kids[1]);
    return found;
  }

  put(parent, node) {
    const first = parent.kids[0]?.isShadow || parent.kids[0]?.name === "summary" ? 1 : 0;
    parent.kids.splice(first + this.r.below(parent.kids.length + 1 - first), 0, node);
  }

  insert(tree) {
    const kind = this.r.pick(["flow", "flow", "flow", "phrase", "item", "row", "cell", "option", "shape", "stencil"]);
    const parent = this.r.pick(this.containers(tree, kind));
    if (parent) this.put(parent, this.node(kind, 3));
  }

  remove(tree) {
    const place = this.r.pick(this.places(tree));
    if (place) place.parent.kids = place.parent.kids.filter((kid) => kid !== place.node);
  }

  move(tree) {
    const place = this.r.pick(this.places(tree));
    if (!place?.kind) return;
    const inside = new Set();
    const walk = (node) => { inside.add(node); node.kids?.forEach(walk); };
    walk(place.node);
    const parent = this.r.pick(this.containers(tree, place.kind).filter((one) => !inside.has(one)));
    if (!parent) return;
    place.parent.kids = place.parent.kids.filter((kid) => kid !== place.node);
    this.put(parent, place.node);
  }

  wrap(tree) {
    const place = this.r.pick(this.places(tree).filter(({ kind }) => kind === "flow" || kind === "phrase" || kind === "shape"));
    if (!place) return;
    const name = place.kind === "flow" ? this.r.pick(["div", "section"]) : place.kind === "shape" ? "g" : "span";
    const index = place.parent.kids.indexOf(place.node);
    const count = 1 + this.r.below(3);
    const inner = place.parent.kids.slice(index, index + count).filter((kid) => !kid.isShadow);
    const wrapper = { id: ++this.ids, name, attrs: this.r.chance(0.5) ? { class: "wrap" } : {}, kids: inner };
    place.parent.kids = place.parent.kids.flatMap((kid) => (kid === inner[0] ? [wrapper] : inner.includes(kid) ? [] : [kid]));
  }

  unwrap(tree) {
    const place = this.r.pick(this.places(tree).filter(({ node, kind }) => node.kids && kind && CONTENT[node.name] === kind && !node.kids[0]?.isShadow && node.name !== "details"));
    if (place) place.parent.kids = place.parent.kids.flatMap((kid) => (kid === place.node ? kid.kids : [kid]));
  }

  shuffle(tree) {
    const parent = this.r.pick(this.places(tree).map(({ parent }) => parent));
    if (!parent) return;
    const firm = parent.kids.filter((kid) => isFirm(kid, parent) || kid.isShadow);
    const rest = parent.kids.filter((kid) => !firm.includes(kid)).map((kid) => [this.r.next(), kid]);
    parent.kids = [...firm, ...rest.sort(([a], [b]) => a - b).map(([, kid]) => kid)];
  }

  attribute(tree) {
    const place = this.r.pick(this.places(tree).filter(({ node }) => node.name));
    if (!place) return;
    const { attrs, name } = place.node;
    const key = this.r.pick(["class", "id", "style", "title", "data-n", "@click", ...Object.keys(attrs), ...(name === "details" ? ["open"] : []), ...(name === "option" ? ["selected"] : [])]);
    if (key === "type" || key === "shadowrootmode") return;
    if (key in attrs && this.r.chance(0.4)) delete attrs[key];
    else attrs[key] = key === "style" ? `color: ${this.r.pick(["red", "green"])}` : this.words(1);
  }

  text(tree) {
    const place = this.r.pick(this.places(tree).filter(({ node }) => "text" in node || "comment" in node));
    if (place) place.node["text" in place.node ? "text" : "comment"] = this.words(3);
  }

  frame(tree) {
    const [head, body] = tree.kids;
    this.r.pick([
      () => { head.kids[0].kids[0].text = this.words(2); },
      () => head.kids.push(this.meta()),
      () => { head.kids.splice(1, 1); },
      () => { body.attrs.class = this.words(2); },
      () => { tree.attrs["data-theme"] = this.words(1); },
    ])();
  }
}

/** What its parent is not itself without. */
function isFirm(node, parent) {
  return node.name === "summary" || parent.name === "table" || parent.name === "textarea" || parent.name === "summary" || parent.name === "mi";
}

/** Text never beside text, where the parser would make one of two. */
function tidy(tree) {
  if (tree.kids) {
    tree.kids = tree.kids.filter((kid, index) => !("text" in kid && index > 0 && "text" in tree.kids[index - 1]));
    // An emptied run may have brought two texts together.
    tree.kids = tree.kids.filter((kid, index) => !("text" in kid && index > 0 && "text" in tree.kids[index - 1]));
    tree.kids.forEach(tidy);
  }

  return tree;
}

const VOID = new Set(["input", "meta"]);

export function markup(node) {
  if ("text" in node) return node.text;
  if ("comment" in node) return `<!--${node.comment}-->`;
  const attributes = Object.entries(node.attrs).map(([name, value]) => ` ${name}="${value}"`).join("");
  const open = `<${node.name}${attributes}>`;
  const text = VOID.has(node.name) ? open : `${open}${node.kids.map(markup).join("")}</${node.name}>`;
  return node.name === "html" ? `<!doctype html>${text}` : text;
}
