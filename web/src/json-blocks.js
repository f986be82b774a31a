/* Which lines of pretty-printed JSON open a block, and the tokens of a line.  No DOM. */

const LINE_CHARS = 20_000;
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null|NaN|Infinity)\b/g;

/**
 * For each line that opens a block the line that closes it; -1 for others.  Null if the lines are no
 * document in one block.
 *
 * @param {string[]} lines
 */
export function blockEnds(lines) {
  if (!/^[[{]$/.test(lines[0])) {
    return null;
  }
  const ends = new Int32Array(lines.length).fill(-1);
  /** @type {number[]} */
  const open = [];
  for (let number = 0; number < lines.length; number += 1) {
    const line = lines[number];
    const first = line.trimStart()[0];
    if (first === "}" || first === "]") {
      ends[open.pop() ?? 0] = number;
    }
    if (/[[{]$/.test(line)) {
      open.push(number);
    }
  }
  return open.length === 0 && ends[0] === lines.length - 1 ? ends : null;
}

/**
 * Lines that are not built, from `from` to before `to`, and that of them from which on they are wanted.
 *
 * @typedef {{ from: number, to: number, nearest: number }} LeftOut
 */

/**
 * Lines of one level, those around a line, and what is left out before and behind them.
 *
 * @param {Int32Array} ends For each line that opens a block the line that closes it.
 * @param {number} from
 * @param {number} to
 * @param {number} line
 * @param {number} most So many lines.
 * @returns {{ lines: number[], before: LeftOut | null, behind: LeftOut | null }}
 */
export function levelAround(ends, from, to, line, most) {
  /** @type {number[]} */
  const starts = [];
  let place = 0;
  for (let number = from; number < to; number = Math.max(number, ends[number]) + 1) {
    place = number <= line ? starts.length : place;
    starts.push(number);
  }
  const first = Math.max(0, Math.min(place - most / 2, starts.length - most));
  const next = starts[first + most] ?? to;
  return {
    lines: starts.slice(first, first + most),
    before: first > 0 ? { from, to: starts[first], nearest: starts[first] - 1 } : null,
    behind: next < to ? { from: next, to, nearest: next } : null,
  };
}

/**
 * The parts of a line, where kind is null for what is between.  All of a very long line is one part.
 *
 * @param {string} line
 * @returns {{ kind: "key" | "string" | "number" | "keyword" | null, text: string }[]}
 */
export function tokens(line) {
  if (line.length > LINE_CHARS) {
    return [{ kind: null, text: line }];
  }
  /** @type {ReturnType<typeof tokens>} */
  const parts = [];
  let done = 0;
  for (const match of line.matchAll(TOKENS)) {
    const text = match[1] ?? match[0];
    const kind = match[2] !== undefined ? "key" : match[1] ? "string" : match[3] ? "number" : "keyword";
    parts.push({ kind: null, text: line.slice(done, match.index) }, { kind, text });
    done = match.index + text.length;
  }
  parts.push({ kind: null, text: line.slice(done) });
  return parts;
}
