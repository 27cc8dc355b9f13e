/**
 * The DOM events that an app may listen to, all on `document`.
 */

/** @typedef {import("./protocol.js").Step} Step */
/** @typedef {import("./protocol.js").Outcome} Outcome */

/**
 * @typedef {object} Details what `event.detail` holds, by event
 * @property {{ transport: string, boot: string, seq: number }} connected
 * @property {{ seq: number, steps: Step[], outcome: Outcome, ms: number, detail: string }} updated
 * @property {{ title: string, detail: string }} error
 * @property {{ title: string }} recovered
 */

/**
 * Tell the page what has happened: `asgi-reload:connected`, `:updated`, `:error`, `:recovered`.
 * @template {keyof Details} Name
 * @param {Name} name @param {Details[Name]} detail
 */
export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`asgi-reload:${name}`, { detail }));
}

/**
 * Ask the page whether an update may go ahead: `asgi-reload:before-update`. It may not if a listener called
 * `preventDefault()`.
 * @param {Step[]} steps @param {string} reason
 * @returns {boolean}
 */
export function mayUpdate(steps, reason) {
  const detail = { steps, reason };
  return document.dispatchEvent(new CustomEvent("asgi-reload:before-update", { detail, cancelable: true }));
}
