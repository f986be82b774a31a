import assert from "node:assert/strict";
import { test } from "node:test";

import { linesOf, rowsOf, seenOf, shownLines, stretches, summaryOf, wordSides } from "../src/diff-rows.js";

test("lines that went stand beside those that came", () => {
  const sides = [["a", "b", "c", "z"], ["a", "B", "z", "n"]];
  const changes = [
    { count: 1 },
    { removed: true, count: 2 },
    { added: true, count: 1 },
    { count: 1 },
    { added: true, count: 1 },
  ];
  assert.deepEqual(rowsOf(changes, sides), [
    { kind: "equal", left: 0, right: 0 },
    { kind: "changed", left: 1, right: 1 },
    { kind: "removed", left: 2, right: null },
    { kind: "equal", left: 3, right: 2 },
    { kind: "added", left: null, right: 3 },
  ]);
});

test("lines that match but for what is not seen have changed", () => {
  assert.deepEqual(rowsOf([{ count: 2 }], [["a\r", "b"], ["a", "b"]]), [
    { kind: "changed", left: 0, right: 0 },
    { kind: "equal", left: 1, right: 1 },
  ]);
});

test("what is not seen is spelled out where it differs", () => {
  assert.deepEqual(shownLines("a\r", "a"), ["a␍", "a"]);
  assert.deepEqual(shownLines("a\udcff", "a\udcfe"), ["a\\xff", "a\\xfe"]);
  assert.deepEqual(shownLines("a\udcff", "b\udcff"), ["a\ufffd", "b\ufffd"]);
});

test("lines are matched by what is seen", () => {
  assert.equal(seenOf("a\r"), "a");
  assert.equal(seenOf("a\rb"), "a\rb");
  assert.equal(seenOf("a\udc80"), "a\ufffd");
});

test("a newline at the end opens no line", () => {
  assert.deepEqual(linesOf("a\nb\n"), ["a", "b"]);
  assert.deepEqual(linesOf("a\n\n"), ["a", ""]);
  assert.deepEqual(linesOf(""), [""]);
});

test("equal rows far from a change are folded, three around it are not", () => {
  const kinds = (...runs) => runs.flatMap(([kind, count]) => Array.from({ length: count }, () => ({ kind })));
  assert.deepEqual(stretches(kinds(["equal", 10], ["changed", 1], ["equal", 5])), [
    { start: 0, end: 7, folded: true },
    { start: 7, end: 14, folded: false },
    { start: 14, end: 16, folded: true },
  ]);
  // One equal row takes no more room than what would say that it is folded.
  assert.deepEqual(stretches(kinds(["equal", 4], ["removed", 1])), [
    { start: 0, end: 1, folded: false },
    { start: 1, end: 5, folded: false },
  ]);
  assert.deepEqual(stretches([]), []);
});

test("the summary counts rows and tells of what is not seen", () => {
  const rows = [{ kind: "changed" }, { kind: "removed" }, { kind: "equal" }];
  assert.equal(summaryOf(["a", "a"], []), "The two are equal.");
  assert.equal(summaryOf(["a\nb", "c"], rows), "1 line changed, 1 only left, 0 only right.");
  assert.equal(
    summaryOf(["a\n", "a"], [{ kind: "equal" }]),
    "The two are equal but for the newline at the end: only the left one has one.",
  );
  assert.equal(
    summaryOf(["a\r\n", "a\n"], [{ kind: "changed" }]),
    "1 line changed, 0 only left, 0 only right. They differ only in the ends of lines: a carriage return is shown as ␍.",
  );
  assert.equal(
    summaryOf(["\udcff", "\udcfe\n"], [{ kind: "changed" }]),
    "1 line changed, 0 only left, 0 only right. Only the right one has a newline at the end.",
  );
  assert.equal(
    summaryOf(["\udcff", "\udcfe"], [{ kind: "changed" }]),
    "1 line changed, 0 only left, 0 only right. They differ only in bytes that are no UTF-8: such a byte is shown as \\xff.",
  );
});

test("words of one side alone are marked there and missing on the other", () => {
  const parts = [{ value: "a ", count: 1 }, { value: "b", count: 1, removed: true }, { value: "c", count: 1, added: true }, { value: " d", count: 1 }];
  assert.deepEqual(wordSides(parts), [
    [{ text: "a ", changed: false }, { text: "b", changed: true }, { text: " d", changed: false }],
    [{ text: "a ", changed: false }, { text: "c", changed: true }, { text: " d", changed: false }],
  ]);
  assert.deepEqual(wordSides([]), [[], []]);
});

test("rows of a comparison hold every line of both sides once, in order", () => {
  const sides = [["a", "b", "c", "d"], ["x", "y", "d", "e"]];
  const changes = [{ removed: true, count: 3 }, { added: true, count: 2 }, { count: 1 }, { added: true, count: 1 }];
  const rows = rowsOf(changes, sides);
  assert.deepEqual(rows.map(({ left }) => left).filter((line) => line !== null), [0, 1, 2, 3]);
  assert.deepEqual(rows.map(({ right }) => right).filter((line) => line !== null), [0, 1, 2, 3]);
  assert.deepEqual(rows.map(({ kind }) => kind), ["changed", "changed", "removed", "equal", "added"]);
});
