/**
 * What is wrong right now: each opens to where in the user's files, with the lines around it.
 */

import { below, byId, element, say, show } from "./dom.js";
import { faultsOf } from "./faults.js";
import { Rows } from "./rows.js";
import { clock } from "./words.js";

/** @typedef {import("./status.js").Problem} Problem */

export class Problems {
  #section = byId("problems");
  #rows = new Rows(
    below(this.#section, "ul"),
    (/** @type {Problem} */ problem) => problem.id,
    problemRow,
    byId("timeline-title"),
  );

  /** @param {Problem[]} problems newest first */
  *show(problems) {
    show(this.#section, problems.length > 0);
    say(below(this.#section, ".count"), String(problems.length));
    yield* this.#rows.show(problems);
  }
}

/** @returns {import("./rows.js").Row<Problem>} */
function problemRow() {
  const title = element("span", { class: "title" });
  const where = element("span", { class: "where" });
  const since = element("span", { class: "dim" });
  const detail = element("p", { class: "dim" });
  const faults = element("div", { class: "faults" });
  let seen = "";

  return {
    node: element("li", {}, element("details", {}, element("summary", {}, title, where, since), detail, faults)),
    show(problem) {
      say(title, problem.title);
      say(where, problem.where);
      say(since, `since ${clock(problem.at)}${problem.count > 1 ? `, ${problem.count} times` : ""}`);
      say(detail, problem.detail);
      // It is the place of the first frame, where there is one.
      show(detail, problem.detail !== "" && !hasFrames(problem));

      const inside = JSON.stringify([problem.faults, problem.frames, problem.traceback]);
      if (inside !== seen) {
        seen = inside;
        faults.replaceChildren(...faultsOf(problem));
      }
    },
  };
}

/** @param {Problem} problem */
function hasFrames({ faults = [], frames = [] }) {
  return frames.length > 0 || faults.some((fault) => fault.frames.length > 0);
}
