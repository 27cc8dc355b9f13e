/**
 * The lines of an event stream as events (HTML standard, section 9.2.6), as far as our own server writes them: the data
 * of each event, in order. Pure: text in, data out, whatever the chunks.
 */

/** An event longer than this is not ours. */
const LONGEST = 4 * 1024 * 1024;

/** @returns {(chunk: string) => string[]} feed it text as it comes; it answers the data of the events that ended in it */
export function eventParser() {
  let rest = "";
  /** @type {string[]} */
  let data = [];

  return (chunk) => {
    /** @type {string[]} */
    const events = [];
    const text = rest + chunk;
    // A carriage return at the very end may be half of a line end.
    const isHalf = text.endsWith("\r");
    const lines = (isHalf ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + (isHalf ? "\r" : "");

    if (rest.length > LONGEST) {
      throw new RangeError("an event of the stream is too long");
    }

    for (const line of lines) {
      if (line === "" && data.length > 0) {
        events.push(data.join("\n"));
        data = [];
      } else if (line.startsWith("data:")) {
        data.push(line.slice(line[5] === " " ? 6 : 5));
      }
    }

    return events;
  };
}
