/**
 * Files that an update had the page load anew: which of them could not be had, and which can again.
 */

/**
 * One thing that was tried: `element` is what it was tried on, if it was one.
 * @typedef {{ element: Element | null, name: string, isFailed: boolean }} Attempt
 */

/** @param {import("./failures.js").Failures} failures @param {readonly Attempt[]} attempts */
export function noteAttempts(failures, attempts) {
  for (const { element, name, isFailed } of attempts) {
    const detail = "The last good version stays. It is asked for again when it is saved.";
    isFailed
      ? failures.add(`file ${name}`, { title: `${name} could not be loaded`, detail }, element)
      : failures.clear(`file ${name}`);
  }
}
