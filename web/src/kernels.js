/* Lines of a text, and the kernels that are embedded in code.  No DOM. */

/**
 * A stretch of text from `start` to before `end`, and its language; null for a plain text.
 *
 * @typedef {{ start: number, end: number, language: string | null }} Piece
 */

/**
 * Where the lines of a text begin.
 *
 * @param {string} text
 */
export function lineStarts(text) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  if (starts.length > 1 && starts.at(-1) === text.length) {
    starts.pop(); // A newline at the end opens no line.
  }
  return starts;
}

/**
 * @param {string} before What stands in front of it in its line.
 * @param {string} body
 */
function languageOfKernel(before, body) {
  if (/#include|extern "C"|\bint main\b/.test(body)) {
    return "cpp";
  }
  return /triton\(|@triton|import triton/.test(before + body) ? "python" : null;
}

/**
 * Where texts in triple quotes are: kernels in their own language.  A guess that colours alone
 * depend on.
 *
 * @param {string} text
 */
export function kernelsOf(text) {
  /** @type {Piece[]} */
  const kernels = [];
  /** @type {{ quote: string, start: number, before: string } | null} */
  let open = null;
  for (const match of text.matchAll(/'''|"""/g)) {
    if (open === null) {
      const line = text.slice(text.lastIndexOf("\n", match.index) + 1, match.index);
      if (!line.trimStart().startsWith("#")) {
        open = { quote: match[0], start: match.index + 3, before: line };
      }
    } else if (match[0] === open.quote) {
      const head = text.slice(open.start, Math.min(match.index, open.start + 4000));
      const language = languageOfKernel(open.before, head);
      kernels.push({ start: open.start, end: match.index, language });
      open = null;
    }
  }
  return kernels;
}

/**
 * The parts of a stretch of text, each in one language.
 *
 * @param {number} start
 * @param {number} end
 * @param {Piece[]} kernels
 * @param {string | null} language Of what is no kernel.
 */
export function pieces(start, end, kernels, language) {
  /** @type {Piece[]} */
  const found = [];
  let at = start;
  for (const kernel of kernels) {
    if (kernel.end <= at || kernel.start >= end) {
      continue;
    }
    if (kernel.start > at) {
      found.push({ start: at, end: kernel.start, language });
    }
    const inside = Math.max(kernel.start, at);
    at = Math.min(kernel.end, end);
    found.push({ start: inside, end: at, language: kernel.language });
  }
  if (at < end) {
    found.push({ start: at, end, language });
  }
  return found;
}

/**
 * The numbers of some lines.
 *
 * @param {number} first
 * @param {number} last
 */
export function gutter(first, last) {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset).join("\n");
}
