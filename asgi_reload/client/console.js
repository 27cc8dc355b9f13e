/**
 * The one quiet line: what a developer who looks into the console should know, at most once a minute.
 */

const QUIET_MS = 60_000;

/** @returns {(text: string) => void} */
export function quietConsole() {
  let next = 0;

  return (text) => {
    if (Date.now() >= next) {
      next = Date.now() + QUIET_MS;
      console.debug(`[asgi-reload] ${text}`);
    }
  };
}
