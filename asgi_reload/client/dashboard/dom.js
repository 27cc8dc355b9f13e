/**
 * Elements, and changes to them that touch only what is different. What is said is text: nothing here makes markup of it,
 * and a character that would turn the direction of writing is shown, not obeyed.
 */

import { printable } from "../elements.js";

/**
 * A new element. Attributes that are null are left out; children may be text.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | null>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);

  for (const [key, value] of Object.entries(attributes)) {
    set(made, key, value);
  }

  made.append(...children.map((child) => (typeof child === "string" ? printable(child) : child)));
  return made;
}

/**
 * The element of the document with this id.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  return found(document.getElementById(id), id);
}

/**
 * The first element below that one.
 * @param {Element} parent @param {string} selector
 * @returns {HTMLElement}
 */
export function below(parent, selector) {
  return found(parent.querySelector(selector), selector);
}

/** @param {Element | null} node @param {string} what @returns {HTMLElement} */
function found(node, what) {
  if (!(node instanceof HTMLElement)) {
    throw new TypeError(`the document of the dashboard has no ${what}`);
  }

  return node;
}

/** Let it say that. @param {Element} node @param {string} text */
export function say(node, text) {
  const shown = printable(text);

  if (node.textContent !== shown) {
    node.textContent = shown;
  }
}

/** Give it an attribute, or take it away. @param {Element} node @param {string} name @param {string | null} value */
export function set(node, name, value) {
  if (value === null) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}

/** @param {HTMLElement} node @param {boolean} isShown */
export function show(node, isShown) {
  if (node.hidden === isShown) {
    node.hidden = !isShown;
  }
}

/**
 * A custom property that the stylesheet reckons with: a policy without 'unsafe-inline' lets scripts set it, not markup.
 * @param {HTMLElement} node @param {string} name @param {number} value
 */
export function measure(node, name, value) {
  const text = String(value);

  if (node.style.getPropertyValue(name) !== text) {
    node.style.setProperty(name, text);
  }
}
