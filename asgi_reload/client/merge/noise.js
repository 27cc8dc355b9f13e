/**
 * What differs between two answers of the same version is noise: a token, a nonce, a time. Texts only.
 */

/** Runs of what tokens are written with, or single other characters. */
const WORDS = /[\w+/=.:-]+|[^]/g;

/**
 * Do two texts differ in nothing but what differs between two renderings as well?
 * @param {string} base @param {string} next @param {string} again the same version as `next`, rendered once more
 */
export function differInNoise(base, next, again) {
  if (base === next) {
    return true;
  }

  const [old, fresh, other] = [words(base), words(next), words(again)];

  return (
    old.length === fresh.length &&
    other.length === fresh.length &&
    fresh.every((word, index) => word === old[index] || word !== other[index])
  );
}

/** @param {string} text @returns {string[]} */
function words(text) {
  return text.match(WORDS) ?? [];
}
