/* Addresses of lines, and lines of coloured HTML.  No DOM. */

/** @typedef {{ first: number, last: number }} LineRange From 1, both included. */

/**
 * The lines that an address names; null if it names none.
 *
 * @param {string} hash
 * @returns {LineRange | null}
 */
export function parseRange(hash) {
  const match = /^#L([1-9]\d*)(?:-L?([1-9]\d*))?$/.exec(hash);
  if (match === null) {
    return null;
  }
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  return { first: Math.min(first, last), last: Math.max(first, last) };
}

/** @param {LineRange} range */
export function formatRange({ first, last }) {
  return first === last ? `#L${first}` : `#L${first}-L${last}`;
}

/**
 * Splits highlight.js's HTML into lines whose spans are closed at the end of each line and
 * opened again on the next, so that an anchor can stand between lines outside of any span.
 *
 * @param {string} html
 */
export function splitLines(html) {
  /** @type {string[]} */
  const open = [];
  return html.split("\n").map((line) => {
    const reopened = line === "" ? "" : open.join("");
    for (const [tag] of line.matchAll(/<[^>]*>/g)) {
      if (tag === "</span>") {
        open.pop();
      } else {
        open.push(tag);
      }
    }
    return line === "" ? "" : reopened + line + "</span>".repeat(open.length);
  });
}
