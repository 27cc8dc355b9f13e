/**
 * Steps of updates as data: several updates as one. Pure.
 */

/** @typedef {import("./protocol.js").Step} Step */

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
