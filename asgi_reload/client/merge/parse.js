/**
 * Text in, inert document out. Knows what a parser without scripting does otherwise than the page's own, and Trusted
 * Types, under which a text may not be parsed at all.
 */

/** @typedef {(text: string) => string} Trust */
/** @typedef {{ createHTML: Trust, createScript: Trust, createScriptURL: Trust }} Policy */

export const MARK = "data-asgi-reload-noscript";
const POLICY = "asgi-reload";

/** What must be stepped over so that only a real `<noscript>` is found: comments, raw text, other tags as a whole. */
const TOKENS = new RegExp(
  [
    /<!--(?:-?>|[\s\S]*?--!?>)/,
    /<(script|style|textarea|title|iframe|xmp|noembed|noframes)\b[\s\S]*?<\/\1/,
    /<noscript\b(?<attributes>[^>]*)>(?<content>[\s\S]*?)<\/noscript/,
    /<\/?[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/,
  ]
    .map((token) => token.source)
    .join("|"),
  "gi",
);

export class Parser {
  /** @param {Policy | null} policy trusted to turn text into markup; null where strings are good enough */
  constructor(policy) {
    this.policy = policy;
  }

  /**
   * A parser, or null where this page may not parse text: then let the browser parse the response itself.
   * @returns {Parser | null}
   */
  static create() {
    const parser = new Parser(createPolicy());

    try {
      parser.parse("");
      return parser;
    } catch {
      return null;
    }
  }

  /** @param {string} text @returns {Document} */
  parse(text) {
    return new DOMParser().parseFromString(this.trusted(shieldNoscript(text)), "text/html");
  }

  /** @param {string} text */
  trusted(text) {
    return this.policy ? this.policy.createHTML(text) : text;
  }
}

/** @returns {Policy | null} null too where the page's policy does not admit ours */
function createPolicy() {
  const same = (/** @type {string} */ text) => text;

  try {
    const factory = /** @type {any} */ (globalThis).trustedTypes;
    return factory?.createPolicy(POLICY, { createHTML: same, createScript: same, createScriptURL: same }) ?? null;
  } catch {
    return null;
  }
}

/**
 * With scripting off, `<noscript>` is markup, and one in the head that holds body content ends the head. `<noframes>`
 * is text wherever it stands, as `<noscript>` is in a page that runs scripts.
 * @param {string} text
 */
export function shieldNoscript(text) {
  if (!/<noscript/i.test(text)) {
    return text;
  }

  return text.replace(TOKENS, (token, ...rest) => {
    const { attributes, content } = rest.at(-1);
    return content === undefined ? token : `<noframes ${MARK}${attributes}>${content}</noframes`;
  });
}
