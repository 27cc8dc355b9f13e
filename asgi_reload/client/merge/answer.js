/**
 * What a server answers when a page asks for itself: fetched as text in the right charset, or, where Trusted Types
 * forbid to parse text, as a document that the browser has parsed.
 */

import { tidy } from "./tidy.js";

/** @typedef {import("./parse.js").Parser} Parser */
/** @typedef {{ title: string, detail: string, traceback?: string }} Failure */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {boolean} isRedirected
 * @property {boolean} isHtml
 * @property {boolean} isEmpty
 * @property {string | null} text
 * @property {Failure | null} failure what went wrong on the server, status 5xx
 * @property {() => Document} parse tidied
 */

/**
 * @typedef {object} Asker
 * @property {Parser | null} parser
 * @property {string} prefix
 * @property {string} charset of the page, for answers without one
 * @property {typeof fetch} fetch
 */

/** First bytes of a text that says itself how it is encoded. @type {Record<string, string>} */
const MARKS = { "254,255": "utf-16be", "255,254": "utf-16le", "239,187": "utf-8" };
const ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/**
 * @param {string} url @param {Record<string, string>} headers @param {Asker} asker @param {AbortSignal} [signal]
 * @returns {Promise<Answer>}
 */
export async function ask(url, headers, asker, signal) {
  const all = { Accept: ACCEPT, ...headers };
  return asker.parser ? askText(url, all, asker.parser, asker, signal) : askDocument(url, all, asker.prefix, signal);
}

/**
 * @param {string} url @param {Record<string, string>} headers @param {Parser} parser @param {Asker} asker
 * @param {AbortSignal} [signal] @returns {Promise<Answer>}
 */
async function askText(url, headers, parser, asker, signal) {
  const options = /** @type {const} */ ({ cache: "no-store", credentials: "same-origin" });
  const response = await asker.fetch(url, { ...options, headers, signal: signal ?? null });
  const type = response.headers.get("content-type") ?? "";
  const text = decode(await response.arrayBuffer(), charsetOf(type) ?? asker.charset);

  return {
    status: response.status,
    isRedirected: response.redirected,
    isHtml: isHtml(type),
    isEmpty: text.trim() === "",
    text,
    failure: response.status >= 500 ? failureOf(response.status, type, text) : null,
    parse: () => tidy(parser.parse(text), asker.prefix),
  };
}

/**
 * @param {string} url @param {Record<string, string>} headers @param {string} prefix @param {AbortSignal} [signal]
 * @returns {Promise<Answer>}
 */
function askDocument(url, headers, prefix, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    // XMLHttpRequest knows no `no-store`; browsers take this for it.
    request.setRequestHeader("Cache-Control", "no-cache");
    request.onload = () => resolve(answerOf(request, url, prefix));
    request.onerror = () => reject(new TypeError(`${url} could not be fetched`));
    request.onabort = () => reject(new DOMException("superseded", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send();
  });
}

/** @param {XMLHttpRequest} request @param {string} url @param {string} prefix @returns {Answer} */
function answerOf(request, url, prefix) {
  const { status, response, responseURL } = request;

  return {
    status,
    isRedirected: withoutHash(responseURL) !== withoutHash(new URL(url, document.baseURI).href),
    isHtml: isHtml(request.getResponseHeader("content-type") ?? ""),
    isEmpty: isBlank(response),
    text: null,
    failure: status >= 500 ? failureOf(status, "", "") : null,
    parse: () => tidy(response, prefix),
  };
}

/** A parser makes `<html>`, `<head>` and `<body>` of nothing. @param {Document | null} page */
function isBlank(page) {
  return !page?.documentElement || (!page.head?.firstChild && (page.body?.innerHTML ?? "").trim() === "");
}

/** @param {number} status @param {string} type @param {string} text @returns {Failure} */
function failureOf(status, type, text) {
  const detail = "The page stays as it was; the next good save heals it.";
  const plain = { title: `The server answered ${status}`, detail };

  if (!/\bjson\b/i.test(type)) {
    return plain;
  }

  try {
    const { title, detail, traceback } = JSON.parse(text);
    return { title: String(title), detail: String(detail ?? ""), traceback: String(traceback ?? "") };
  } catch {
    return plain;
  }
}

/** @param {string} type */
function isHtml(type) {
  return /^\s*text\/html\s*(;|$)/i.test(type);
}

/** @param {string} type */
function charsetOf(type) {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type)?.[1];
}

/**
 * A byte order mark goes before what the header says (Encoding, "decode").
 * @param {ArrayBuffer} bytes @param {string} charset
 */
function decode(bytes, charset) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  try {
    return new TextDecoder(MARKS[`${first},${second}`] ?? charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** @param {string} url */
export function withoutHash(url) {
  return url.replace(/#.*$/, "");
}
