/**
 * Loading the dashboard anew because another life of the server answers; not for ever, where two answer by turns.
 */

const MOST = 5;
const WINDOW_MS = 10_000;
const TIMES = "asgi-reload:dashboard-reloads";

/**
 * @param {import("../storage.js").TabStorage} storage
 * @returns {boolean} false if it has been done too often
 */
export function again(storage) {
  const recent = storage.read(TIMES).split(" ").map(Number).filter((time) => Date.now() - time < WINDOW_MS);

  if (recent.length >= MOST) {
    return false;
  }

  storage.write(TIMES, [...recent, Date.now()].join(" "));
  location.reload();
  return true;
}
