/**
 * At a glance: is all well, is the line up, how the app is served, and a few counts.
 */

import { below, byId, element, say, set } from "./dom.js";
import { Rows } from "./rows.js";
import { counted, line } from "./words.js";

/** @typedef {import("./status.js").Status} Status */
/** @typedef {{ name: string, value: string, more: string }} Fact */

export class Facts {
  #rows = new Rows(byId("facts"), (/** @type {Fact} */ { name }) => name, factRow);

  /** @param {Status} status */
  *show(status) {
    showHealth(status);
    yield* this.#rows.show(factsOf(status));
  }
}

/** @param {Status} status */
function showHealth(status) {
  const [kind, text] = health(status);
  state("health", kind, text);
  document.title = kind === "good" ? "asgi-reload" : `${text} · asgi-reload`;
}

/** @param {Status} status @returns {[kind: string, text: string]} the worst of it */
function health({ problems = [], paused = false, fine = true, watch }) {
  if (problems.length > 0) {
    return ["bad", counted(problems.length, "problem")];
  }

  if (watch.problem !== null || !watch.running) {
    return ["bad", "not watching"];
  }

  if (!fine) {
    return ["bad", "an open page has an error"];
  }

  return paused ? ["waits", "paused: saves wait"] : ["good", "all is well"];
}

/** @param {"health" | "line"} id @param {string} kind @param {string} text */
export function state(id, kind, text) {
  set(byId(id), "data-kind", kind);
  say(below(byId(id), "span"), text);
}

/** @param {Status} status @returns {Fact[]} */
function factsOf({ watch, workers, channel, generation, timeline }) {
  const modes = [...new Set(watch.roots.map(({ mode }) => mode))].join(", ");
  const clients = Object.entries(channel.clients).map(([kind, count]) => `${count} ${line(kind)}`);
  const visible = channel.pages.filter((page) => page.visible).length;
  return [
    { name: "Python edits", ...mode(watch, workers) },
    { name: "Watching", value: counted(watch.files, "file"), more: `${counted(watch.roots.length, "root")}${modes && `, ${modes}`}` },
    { name: "Pages", value: `${channel.pages.length} open`, more: `${visible} visible` },
    { name: "Connections", value: String(clients.length && Object.values(channel.clients).reduce((a, b) => a + b)), more: clients.join(", ") },
    { name: "Updates", value: `${channel.published} sent`, more: `${counted(timeline.length, "save")} on record` },
    { name: "Code", value: `version ${generation}`, more: workers?.current ? `process ${workers.current}` : "" },
  ];
}

/** @param {Status["watch"]} watch @param {Status["workers"]} workers */
function mode(watch, workers) {
  if (workers !== null) {
    const more = workers.failure ?? (workers.coming ? "a new worker comes" : counted(workers.all, "worker"));
    return { value: `${workers.mode} workers`, more };
  }

  if (watch.restarter !== null) {
    return { value: "left to a restarter", more: watch.restarter };
  }

  return watch.hot ? { value: "in place", more: "in this process" } : { value: "not applied", more: "" };
}

/** @returns {import("./rows.js").Row<Fact>} */
function factRow() {
  const name = element("dt");
  const value = element("dd");
  const more = element("dd", { class: "dim" });
  return {
    node: element("div", {}, name, value, more),
    show(fact) {
      say(name, fact.name);
      say(value, fact.value);
      say(more, fact.more);
    },
  };
}
