/**
 * Steps of updates as data: several updates as one, and their names for people. Pure.
 */

/** @typedef {import("./protocol.js").Step} Step */

/** Names that fit into a line. */
const NAMES = 3;
/** What was done, by the step that says so. */
const DONE = new Map([
  ["css", "css"],
  ["images", "image"],
  ["patch", "patch"],
]);
/** What a reload does anyway. */
const LESSER = ["css", "images", "patch"];
/** The last word on these counts. */
const UNDOES = new Map([
  ["failure", "recovered"],
  ["recovered", "failure"],
]);

/**
 * The steps of two updates as those of one: a step of each kind, a reload makes lesser work needless.
 * @param {readonly Step[]} earlier @param {readonly Step[]} later
 * @returns {Step[]}
 */
export function joined(earlier, later) {
  /** @type {Map<string, Step>} */
  const kinds = new Map();

  for (const step of [...earlier, ...later]) {
    const paths = [...new Set([...(kinds.get(step.type)?.paths ?? []), ...step.paths])];
    kinds.set(step.type, { ...step, paths });
    kinds.delete(UNDOES.get(step.type) ?? "");
  }

  if (kinds.has("reload")) {
    LESSER.forEach((type) => kinds.delete(type));
  }

  return [...kinds.values()];
}

/**
 * Why, in the words of the first step that has any.
 * @param {readonly Step[]} steps
 * @returns {string}
 */
export function reasonOf(steps) {
  const reasons = steps.flatMap((step) => ("reason" in step && step.reason !== "" ? [step.reason] : []));
  return reasons[0] ?? `${namesOf(steps)} changed`;
}

/**
 * What an update came to: `updated in 23 ms: css main.css, patch index.html`.
 * @param {readonly Step[]} steps @param {string} outcome @param {number} ms @param {string} detail
 * @returns {string}
 */
export function resultOf(steps, outcome, ms, detail) {
  const done = steps.flatMap((step) => (DONE.has(step.type) ? [`${DONE.get(step.type)} ${namesOf([step])}`] : []));
  return outcome === "applied" ? `updated in ${Math.max(1, Math.round(ms))} ms: ${done.join(", ")}` : `${outcome}: ${detail}`;
}

/**
 * The files, as few as fit into a line.
 * @param {readonly Step[]} steps
 * @returns {string}
 */
export function namesOf(steps) {
  const names = [...new Set(steps.flatMap(({ paths }) => paths.map((path) => path.split("/").at(-1) ?? path)))];
  const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : "";
  return names.slice(0, NAMES).join(", ") + more;
}
