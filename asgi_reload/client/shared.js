/**
 * The way to the shared worker. A policy may forbid it, and says so late or not at all: no sign of life, no worker.
 */

import { isRecord } from "./messages.js";

/** @typedef {import("./protocol.js").Config} Config */

/** A worker that is there says so at once; one that a policy keeps out may never say anything. */
const SIGN_OF_LIFE_MS = 1000;

/**
 * A port to the worker of this project and this life of the server; null where there can be none.
 * @param {Config} config
 * @returns {Promise<MessagePort | null>}
 */
export function connectWorker(config) {
  return new Promise((resolve) => {
    const worker = construct(config);

    if (worker === null) {
      resolve(null);
      return;
    }

    const timer = setTimeout(() => resolve(null), SIGN_OF_LIFE_MS);
    worker.onerror = (event) => {
      event.preventDefault();
      clearTimeout(timer);
      resolve(null);
    };
    worker.port.onmessage = (event) => {
      if (isRecord(event.data) && event.data.type === "here") {
        clearTimeout(timer);
        resolve(worker.port);
      }
    };
    worker.port.start();
  });
}

/**
 * A name that only tabs of the same project and the same life of its server have in common.
 * @param {Config} config
 * @returns {string}
 */
export function nameOf({ base, boot, token }) {
  return `asgi-reload ${hash(`${base} ${boot} ${token}`)}`;
}

/**
 * @param {Config} config
 * @returns {SharedWorker | null}
 */
function construct(config) {
  try {
    const url = trusted(new URL("./worker.js", import.meta.url).href);
    return new SharedWorker(/** @type {string} */ (url), { type: "module", name: nameOf(config) });
  } catch {
    return null;
  }
}

/**
 * Under `require-trusted-types-for 'script'` a worker's URL must be vouched for; the policy's name may be forbidden.
 * @param {string} url
 * @returns {unknown}
 */
function trusted(url) {
  /** @type {any} */
  const { trustedTypes } = self;
  return trustedTypes === undefined
    ? url
    : trustedTypes.createPolicy("asgi-reload-worker", { createScriptURL: () => url }).createScriptURL(url);
}

/** FNV-1a, 32 bits. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5;

  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }

  return value.toString(36);
}
