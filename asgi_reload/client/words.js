/**
 * What a page says of an update, in the words that the terminal, the pill and the record use. Pure.
 */

/**
 * Why a page goes on no longer by itself, and what would help.
 * @param {"reloaded" | "updated"} what @param {number} times @param {number} seconds
 * @param {readonly string[]} files that were saved; the first is the likeliest to be the cause
 * @returns {string}
 */
export function circleOf(what, times, seconds, [file]) {
  const stopped = `stopped: ${what} ${times} times in ${seconds} s`;
  return file === undefined
    ? `${stopped}; does loading this page change a watched file?`
    : `${stopped} because of ${file}; if loading this page writes it, add ignore=[${JSON.stringify(file)}]`;
}
