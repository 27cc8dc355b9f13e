/** A file made in the page. */

/** The browser has begun to save it by then. */
const KEPT_MS = 10_000;

/** @param {string} name @param {unknown} value shown as JSON */
export function download(name, value) {
  const blob = new Blob([JSON.stringify(value, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
