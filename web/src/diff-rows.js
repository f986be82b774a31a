/* How two texts differ, line by line.  No DOM. */

/** @import { Change } from "./libraries.js" */

import { formatCount, plural, wellFormed } from "./text.js";

const CONTEXT = 3;
// What is part of a line but is not seen: bytes that were no UTF-8, and carriage returns.
const UNSEEN = /[\r\udc80-\udcff]/gu;

/**
 * Lines that stand side by side, as numbers from 0; null where a side has none.
 *
 * @typedef {object} DiffRow
 * @property {"equal" | "changed" | "removed" | "added"} kind
 * @property {number | null} left
 * @property {number | null} right
 */

/**
 * Rows from `start` to before `end`; equal ones that are folded, or others that are shown.
 *
 * @typedef {{ start: number, end: number, folded: boolean }} Stretch
 */

/**
 * Lines of both sides in rows.
 *
 * @param {Change[]} changes
 * @param {string[][]} sides The lines of the left and of the right.
 */
export function rowsOf(changes, sides) {
  /** @type {DiffRow[]} */
  const rows = [];
  let left = 0;
  let right = 0;
  for (let at = 0; at < changes.length; at += 1) {
    const { added, removed, count } = changes[at];
    if (!added && !removed) {
      for (let line = 0; line < count; line += 1) {
        const same = sides[0][left + line] === sides[1][right + line];
        rows.push({ kind: same ? "equal" : "changed", left: left + line, right: right + line });
      }
      left += count;
      right += count;
      continue;
    }
    const next = changes[at + 1];
    const paired = removed === true && next?.added === true;
    const gone = removed ? count : 0;
    const came = added ? count : paired ? next.count : 0;
    for (let line = 0; line < Math.max(gone, came); line += 1) {
      rows.push({
        kind: line < gone && line < came ? "changed" : line < gone ? "removed" : "added",
        left: line < gone ? left + line : null,
        right: line < came ? right + line : null,
      });
    }
    left += gone;
    right += came;
    at += paired ? 1 : 0;
  }
  return rows;
}

/** @param {string} line */
const spelled = (line) =>
  line.replace(UNSEEN, (unit) => (unit === "\r" ? "␍" : `\\x${(unit.charCodeAt(0) & 0xff).toString(16)}`));

/**
 * Two lines as they are shown; what is not seen is spelled out where it differs.
 *
 * @param {string} before
 * @param {string} after
 * @returns {[string, string]}
 */
export function shownLines(before, after) {
  const [ours, theirs] = [before, after].map((line) => (line.match(UNSEEN) ?? []).join(""));
  const shown = ours === theirs ? wellFormed : spelled;
  return [shown(before), shown(after)];
}

/** @param {string} text */
export const linesOf = (text) => text.replace(/\n$/, "").split("\n");

/**
 * What lines are matched by: those that differ in what is not seen alone stand side by side.
 *
 * @param {string} line
 */
export const seenOf = (line) => wellFormed(line.endsWith("\r") ? line.slice(0, -1) : line);

/**
 * What the two differ in if it is not in the lines one sees.
 *
 * @param {string[]} texts
 */
function unseenDifference(texts) {
  const [left, right] = texts;
  /** @param {string} text */
  const withoutEnds = (text) => text.replace(/\r\n/g, "\n").replace(/\n$/, "");
  const said = [];
  if (withoutEnds(left) === withoutEnds(right)) {
    if (linesOf(left).join("\n") !== linesOf(right).join("\n")) {
      said.push("They differ only in the ends of lines: a carriage return is shown as ␍.");
    }
  } else if (wellFormed(left) === wellFormed(right)) {
    said.push("They differ only in bytes that are no UTF-8: such a byte is shown as \\xff.");
  }
  if (left.endsWith("\n") !== right.endsWith("\n")) {
    said.push(`Only the ${left.endsWith("\n") ? "left" : "right"} one has a newline at the end.`);
  }
  return said;
}

/**
 * Two lines in parts, where `changed` tells those that the other line has not.
 *
 * @param {(Change & { value: string })[]} changes
 * @returns {{ text: string, changed: boolean }[][]} Those of the left and of the right.
 */
export function wordSides(changes) {
  const part = (/** @type {Change & { value: string }} */ { value, added, removed }) => ({
    text: value,
    changed: added === true || removed === true,
  });
  return [changes.filter(({ added }) => !added).map(part), changes.filter(({ removed }) => !removed).map(part)];
}

/**
 * What the comparison says above its rows.
 *
 * @param {string[]} texts
 * @param {Pick<DiffRow, "kind">[]} rows
 */
export function summaryOf(texts, rows) {
  if (texts[0] === texts[1]) {
    return "The two are equal.";
  }
  const [changed, removed, added] = ["changed", "removed", "added"].map(
    (kind) => rows.filter((row) => row.kind === kind).length,
  );
  if (changed + removed + added === 0) {
    const side = texts[0].endsWith("\n") ? "left" : "right";
    return `The two are equal but for the newline at the end: only the ${side} one has one.`;
  }
  const counts = `${plural(changed, "line")} changed, ${formatCount(removed)} only left, ${formatCount(added)} only right.`;
  return [counts, ...unseenDifference(texts)].join(" ");
}

/**
 * Stretches of rows that are shown, and of equal ones that are folded.
 *
 * @param {Pick<DiffRow, "kind">[]} rows
 */
export function stretches(rows) {
  const shown = new Uint8Array(rows.length);
  rows.forEach(({ kind }, at) => {
    if (kind !== "equal") {
      shown.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
    }
  });
  /** @type {Stretch[]} */
  const pieces = [];
  for (let at = 0; at < shown.length; ) {
    let end = at;
    while (end < shown.length && shown[end] === shown[at]) {
      end += 1;
    }
    pieces.push({ start: at, end, folded: shown[at] === 0 && end - at > 1 });
    at = end;
  }
  return pieces;
}
