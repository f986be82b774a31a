import assert from "node:assert/strict";
import { test } from "node:test";

import { formatRange, parseRange, splitLines } from "../src/code-lines.js";
import { compareTitle, entryMeta, entrySize, languageOf, lineRange } from "../src/entries.js";
import { blockEnds, tokens } from "../src/json-blocks.js";
import { gutter, kernelsOf, lineStarts, pieces } from "../src/kernels.js";
import { mergeNotes, mergeProblems, mergeReasons, sentenceOfAbsent } from "../src/worth.js";

test("each line that opens a block folds to the line that closes it", () => {
  const lines = ["{", '  "a": [', "    1,", '    "]"', "  ],", '  "b": {}', "}"];
  assert.deepEqual([...blockEnds(lines)], [6, 4, -1, -1, -1, -1, -1]);
});

test("what is no document in one block does not fold", () => {
  assert.equal(blockEnds(["1"]), null);
  assert.equal(blockEnds(["{", '  "a": 1']), null);
  assert.equal(blockEnds(["[", "]", "[", "]"]), null);
});

test("tokens of JSON have kinds, and all of the line is in them", () => {
  const kinds = (line) => tokens(line).filter(({ kind }) => kind !== null).map(({ kind, text }) => [kind, text]);
  assert.deepEqual(kinds('  "a\\"b": -1.5e+3,'), [["key", '"a\\"b"'], ["number", "-1.5e+3"]]);
  assert.deepEqual(kinds('"x", null, true, NaN'), [["string", '"x"'], ["keyword", "null"], ["keyword", "true"], ["keyword", "NaN"]]);
  const line = '  "k" : [1, "v"],';
  assert.equal(tokens(line).map(({ text }) => text).join(""), line);
  const long = '"'.repeat(20_001);
  assert.deepEqual(tokens(long), [{ kind: null, text: long }]);
});

test("lines begin after line breaks, but for the last", () => {
  assert.deepEqual(lineStarts("a\nbc\n\nd"), [0, 2, 5, 6]);
  assert.deepEqual(lineStarts("a\n"), [0]);
  assert.deepEqual(lineStarts(""), [0]);
  assert.deepEqual(lineStarts("\n"), [0]);
  assert.equal(gutter(9, 11), "9\n10\n11");
});

test("kernels are texts in triple quotes, in a language of their own", () => {
  const text = "k = f('''\n#include <x>\n''')\n# '''\nt = triton('''x''')\nd = \"\"\"plain'''\"\"\"\n";
  const found = kernelsOf(text);
  assert.deepEqual(found.map(({ language }) => language), ["cpp", "python", null]);
  assert.deepEqual(found.map(({ start, end }) => text.slice(start, end)), ["\n#include <x>\n", "x", "plain'''"]);
});

test("a stretch is cut where kernels begin and end", () => {
  const kernels = [{ start: 2, end: 5, language: "cpp" }, { start: 8, end: 12, language: null }];
  assert.deepEqual(pieces(0, 10, kernels, "python"), [
    { start: 0, end: 2, language: "python" },
    { start: 2, end: 5, language: "cpp" },
    { start: 5, end: 8, language: "python" },
    { start: 8, end: 10, language: null },
  ]);
  assert.deepEqual(pieces(3, 4, kernels, "python"), [{ start: 3, end: 4, language: "cpp" }]);
  assert.deepEqual(pieces(5, 8, kernels, "python"), [{ start: 5, end: 8, language: "python" }]);
});

test("addresses of lines are read and written", () => {
  assert.deepEqual(parseRange("#L12"), { first: 12, last: 12 });
  assert.deepEqual(parseRange("#L20-L12"), { first: 12, last: 20 });
  assert.deepEqual(parseRange("#L12-20"), { first: 12, last: 20 });
  assert.equal(parseRange("#L0"), null);
  assert.equal(parseRange("#L1x"), null);
  assert.equal(formatRange({ first: 3, last: 3 }), "#L3");
  assert.equal(formatRange({ first: 3, last: 9 }), "#L3-L9");
  assert.deepEqual(lineRange("20", "9"), { first: 9, last: 20 });
  assert.deepEqual(lineRange("7"), { first: 7, last: 7 });
});

test("spans are closed at the end of each line and opened on the next", () => {
  assert.deepEqual(splitLines('a<span class="c">b\n\nc<span class="d">d\ne</span></span>f'), [
    'a<span class="c">b</span>',
    "",
    '<span class="c">c<span class="d">d</span></span>',
    '<span class="c"><span class="d">e</span></span>f',
  ]);
});

test("entries are described by their lines and sizes", () => {
  const entry = { name: "a.txt", lines: 1, textBytes: 2048, rank: null, isCode: false, type: "artifact" };
  assert.equal(entrySize(entry), "1 line · 2.0 KiB");
  assert.equal(entrySize({ ...entry, name: "a.json" }), "2.0 KiB");
  assert.equal(entryMeta({ ...entry, rank: 3 }), "rank 3 · 1 line · 2.0 KiB");
  assert.equal(languageOf(entry), null);
  assert.equal(languageOf({ ...entry, isCode: true }), "python");
  assert.equal(languageOf({ ...entry, name: "fx_graph_runnable.txt" }), "python");
  assert.equal(languageOf({ ...entry, name: "fx_graph_metadata.txt" }), null);
  const one = { base: "", group: { shown: "[0/0]" }, name: "a\u202e.txt" };
  assert.equal(compareTitle(one, { ...one, base: "rank%201/", name: "b.txt" }), "[0/0] a\ufffd.txt ↔ rank 1/ [0/0] b.txt");
});

test("reasons of several traces are counted together, the most frequent first", () => {
  const reason = (title, count, places) => ({ title, place: "f.py:1", details: [], count, places });
  const worth = (reasons, entries) => ({ graph_breaks: { entries, unread: 1, left_out: 0, reasons } });
  const merged = mergeReasons(
    [[worth([reason("a", 2, ["p"]), reason("b", 3, [])], 5), "one"], [worth([reason("a", 2, ["q"])], 2), "two"]],
    "graph_breaks",
  );
  assert.equal(merged.entries, 7);
  assert.equal(merged.unread, 2);
  assert.deepEqual(merged.reasons.map(({ title, count, places }) => [title, count, places]), [
    ["a", 4, [["p", "one"], ["q", "two"]]],
    ["b", 3, []],
  ]);
});

test("problems of several traces are counted together", () => {
  const problem = (slug, count) => ({ slug, count, flagged: 1, examples: [count], places: [slug] });
  const merged = mergeProblems([[{ problems: [problem("x", 1), problem("y", 2)] }, "one"], [{ problems: [problem("x", 5)] }, "two"]]);
  assert.deepEqual(merged, [
    { slug: "x", count: 6, flagged: 2, examples: [1, 5], places: [["x", "one"], ["x", "two"]] },
    { slug: "y", count: 2, flagged: 1, examples: [2], places: [["y", "one"]] },
  ]);
});

test("absence is claimed of what was looked for in all traces", () => {
  const part = (failures, recompiles, notes = []) => [
    { known: { failures, graph_breaks: true, recompiles }, notes },
    { label: "rank_0 ", link: (id) => id },
  ];
  assert.equal(
    sentenceOfAbsent([part(true, true)]),
    "No failed compilations, no graph breaks, no recompilations, no problems.",
  );
  assert.equal(sentenceOfAbsent([part(true, true), part(false, true)]), "No graph breaks, no recompilations, no problems.");
  assert.deepEqual(mergeNotes([part(false, true, ["a"])]), ["a"]);
  assert.deepEqual(mergeNotes([part(false, true, ["a", "b"]), part(true, true, ["b"])]), ["rank_0: a", "b"]);
});
