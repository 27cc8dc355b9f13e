/**
 * A button that copies a text, and says whether it could.
 */

import { make } from "./elements.js";

const SAID_MS = 1500;

/** @param {string} text @returns {HTMLElement} */
export function copyButton(text) {
  const words = make("span", { "aria-live": "polite" }, ["Copy"]);
  const button = make("button", { type: "button", class: "copy", title: "Copy the traceback" }, [words]);
  button.addEventListener("click", () => {
    void copied(text, button).then((isCopied) => {
      words.textContent = isCopied ? "Copied" : "Not allowed here";
      setTimeout(() => (words.textContent = "Copy"), SAID_MS);
    });
  });
  return button;
}

/** @param {string} text @param {HTMLElement} beside */
async function copied(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text, beside); // no secure context, or the page forbids it
  }
}

/** @param {string} text @param {HTMLElement} beside */
function copiedBySelection(text, beside) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "said";
  beside.after(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  beside.focus();
  return isCopied;
}
