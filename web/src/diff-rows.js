/* How two texts differ, line by line.  No DOM. */

import { formatCount, plural, wellFormed } from "./text.js";

const CONTEXT = 3;
// What is part of a line but is not seen: bytes that were no UTF-8, and carriage returns.
const UNSEEN = /[\r\udc80-\udcff]/gu;

// Lines of both sides in rows: {kind, left, right} with line numbers from 0.
export function rowsOf(changes, sides) {
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
    const paired = removed && next?.added;
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

const spelled = (line) =>
  line.replace(UNSEEN, (unit) => (unit === "\r" ? "␍" : `\\x${(unit.charCodeAt(0) & 0xff).toString(16)}`));

// Two lines as they are shown; what is not seen is spelled out where it differs.
export function shownLines(before, after) {
  const [ours, theirs] = [before, after].map((line) => (line.match(UNSEEN) ?? []).join(""));
  return [before, after].map(ours === theirs ? wellFormed : spelled);
}

export const linesOf = (text) => text.replace(/\n$/, "").split("\n");

// What lines are matched by: those that differ in what is not seen alone stand side by side.
export const seenOf = (line) => wellFormed(line.endsWith("\r") ? line.slice(0, -1) : line);

// What the two differ in if it is not in the lines one sees.
function unseenDifference(texts) {
  const [left, right] = texts;
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

// Stretches of rows that are shown, and of equal ones that are folded.
export function stretches(rows) {
  const shown = new Uint8Array(rows.length);
  rows.forEach(({ kind }, at) => {
    if (kind !== "equal") {
      shown.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
    }
  });
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
