/**
 * Which URL of a page is which changed path, and how a URL is asked for anew. Pure; knows nothing of elements.
 *
 * A page knows URLs, a save knows paths, and only the server knows how one becomes the other. What they have in common
 * is their end: the more trailing parts are equal, the better the fit.
 */

export const PARAMETER = "asgi-reload";
const MARKED = new RegExp(`[?&]${PARAMETER}=\\w+`, "g");

/** A content hash between name and ending: `app.3f2a9c.css`, `app-DiwrgTda.css`. */
const HASHED = /[.\-_]([0-9a-z_]{6,64})(\.[^.]+)$/i;

/**
 * How well a URL fits a path that changed: 0 not at all, else twice the number of equal trailing parts, plus one where
 * the name is equal as it stands, without taking a hash out of it.
 * @param {string} pathname @param {string} path
 * @returns {number}
 */
export function fit(pathname, path) {
  const here = pathname.split("/").map(decoded);
  const there = path.split("/");
  const name = here.at(-1) ?? "";
  const isExact = name === there.at(-1);

  if (name === "" || (!isExact && unhashed(name) !== there.at(-1))) {
    return 0;
  }

  let parts = 1;

  while (parts < here.length && parts < there.length && here.at(-1 - parts) === there.at(-1 - parts)) {
    parts += 1;
  }

  return parts * 2 + (isExact ? 1 : 0);
}

/**
 * The items that fit a path best, all of them if several fit alike; none if none fits.
 * @template {{ url: string }} T
 * @param {readonly T[]} items @param {string} path
 * @returns {T[]}
 */
export function bestFits(items, path) {
  const fits = items.map((item) => fit(new URL(item.url).pathname, path));
  const best = Math.max(0, ...fits);
  return best === 0 ? [] : items.filter((_, index) => fits[index] === best);
}

/**
 * The URL as it was written, with a parameter that no cache has seen in place of an earlier one.
 * @param {string} url @param {string} version
 * @returns {string}
 */
export function fresh(url, version) {
  const [, address = "", query = "", fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(url) ?? [];
  const kept = query.split("&").filter((part) => part !== "" && !part.startsWith(`${PARAMETER}=`));
  return `${address}?${[...kept, `${PARAMETER}=${version}`].join("&")}${fragment}`;
}

/**
 * A URL, or a text with several, as it was before it was asked for anew.
 * @param {string} text
 * @returns {string}
 */
export function unmarked(text) {
  return text.replace(MARKED, "");
}

/**
 * The absolute URL of what an attribute or a rule says; null unless it is of this page's own origin.
 * @param {string} url @param {string} [base]
 * @returns {string | null}
 */
export function ownUrl(url, base = document.baseURI) {
  try {
    const absolute = new URL(url, base);
    return absolute.origin === location.origin ? absolute.href : null;
  } catch {
    return null;
  }
}

/**
 * A URL's last part, for people.
 * @param {string} url
 * @returns {string}
 */
export function fileName(url) {
  return decoded(new URL(url).pathname.split("/").at(-1) ?? "");
}

/** @param {string} name */
function unhashed(name) {
  const [whole, hash = "", ending = ""] = HASHED.exec(name) ?? [];
  const looksRandom = /\d/.test(hash) || (/[a-z]/.test(hash) && /[A-Z]/.test(hash));
  return whole !== undefined && looksRandom ? name.slice(0, -whole.length) + ending : name;
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
