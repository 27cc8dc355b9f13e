/**
 * A few lines of source around the one that failed: numbers, colours, and a line under the columns that are meant.
 */

import { make } from "./elements.js";

/** @typedef {import("./problems.js").Frame} Frame */
/** @typedef {[start: number, end: number, kind: string]} Mark columns from 0, the end exclusive; sorted, none over another */
/** @typedef {{ text: string, kind: string, isAt: boolean }} Piece */

/** Words of colour that a server may name; what it calls a number is no line number. */
const CLASSES = new Map([
  ["keyword", "keyword"],
  ["string", "string"],
  ["comment", "comment"],
  ["number", "numeral"],
  ["name", "name"],
  ["builtin", "builtin"],
  ["decorator", "decorator"],
]);

/** Lines above and below, where another excerpt is the one to read. */
const AROUND = 1;

/**
 * @param {Frame} frame @param {boolean} isMain is it the one to read? Another is shorter
 * @returns {HTMLElement | null} null if there is no source to show
 */
export function excerpt(frame, isMain) {
  const said = frame.source.flatMap((text, index) => (text.trim() !== "" && isNear(frame, index, isMain) ? [index] : []));
  const [first] = said;
  const last = said.at(-1);

  if (first === undefined || last === undefined) {
    return null;
  }

  const label = `${frame.file}, from line ${frame.first + first}`;
  const lines = frame.source.slice(first, last + 1).map((text, index) => line(frame, text, first + index));
  const code = make("code", { class: "lines" }, lines);
  return make("pre", { class: "source", tabindex: "0", role: "group", "aria-label": label }, [code]);
}

/** @param {Frame} frame @param {number} index of a line @param {boolean} isMain */
function isNear(frame, index, isMain) {
  return isMain || Math.abs(frame.first + index - frame.line) <= AROUND;
}

/** @param {Frame} frame @param {string} text @param {number} index */
function line(frame, text, index) {
  const number = frame.first + index;
  const isHere = number === frame.line;
  const pieces = piecesOf(text, frame.marks?.[index] ?? [], isHere ? frame.columns : null);
  const parts = [make("span", { class: "number" }, [String(number)]), ...underlined(pieces), "\n"];
  return make("span", { class: isHere ? "line here" : "line" }, parts);
}

/**
 * A line, cut where its colour or what is underlined begins and ends.
 * @param {string} text @param {readonly Mark[]} marks @param {[number, number] | null} columns
 * @returns {Piece[]}
 */
export function piecesOf(text, marks, columns) {
  // Columns count characters, as Python does; an index into a string of JavaScript counts halves of some.
  const characters = [...text];
  const edges = [0, characters.length, ...(columns ?? []), ...marks.flatMap(([start, end]) => [start, end])];
  const cuts = [...new Set(edges.map((edge) => Math.min(Math.max(edge, 0), characters.length)))].sort((a, b) => a - b);

  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    const kind = marks.find(([from, to]) => from <= start && end <= to)?.[2] ?? "";
    const isAt = columns !== null && columns[0] <= start && end <= columns[1];
    return { text: characters.slice(start, end).join(""), kind, isAt };
  });
}

/** @param {readonly Piece[]} pieces */
function underlined(pieces) {
  const from = pieces.findIndex(({ isAt }) => isAt);
  const to = pieces.findLastIndex(({ isAt }) => isAt) + 1;
  const at = from < 0 ? [] : [make("mark", { class: "at" }, pieces.slice(from, to).map(shown))];
  return [...pieces.slice(0, Math.max(from, 0)).map(shown), ...at, ...pieces.slice(to).map(shown)];
}

/** @param {Piece} piece */
function shown({ text, kind }) {
  const colour = CLASSES.get(kind);
  return colour === undefined ? text : make("span", { class: colour }, [text]);
}
