/** The next frame on the screen. */

/** A frame that does not come within this many ms does not come: the page has been hidden. */
const FRAME_MS = 500;

/** @returns {Promise<void>} when what was done can be seen */
export function frame() {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, FRAME_MS);
    requestAnimationFrame(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
