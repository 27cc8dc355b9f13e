/**
 * Waiting for a moment in which nobody else needs the page.
 */

/** Work that can wait is not put off longer than this. */
const BUSY_MS = 2000;

/** @returns {Promise<void>} when the page has nothing better to do, or has been busy for long */
export function idle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) {
      requestIdleCallback(() => resolve(), { timeout: BUSY_MS });
    } else {
      setTimeout(resolve, 0);
    }
  });
}
