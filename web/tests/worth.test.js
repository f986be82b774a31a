import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeLargest, mergeNotes, mergeProblems, mergeReasons, sentenceOfAbsent, sentencesOfMissing } from "../src/worth.js";

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

test("the largest of several traces are put in order, and equals stay as they were", () => {
  const of = (...sizes) => ({ largest: sizes.map((bytes) => ["[0/0]", "id", "name", bytes]) });
  const found = mergeLargest([[of(9, 5, 1), "one"], [of(7, 5), "two"]], 4);
  assert.deepEqual(found.map(([place, source]) => [place[3], source]), [[9, "one"], [7, "two"], [5, "one"], [5, "two"]]);
  assert.deepEqual(mergeLargest([], 4), []);
});

test("what one trace says is not changed by putting it together with others", () => {
  const worth = { problems: [{ slug: "x", count: 1, flagged: 0, examples: [], places: ["p"] }] };
  mergeProblems([[worth, "one"], [worth, "two"]]);
  assert.deepEqual(worth.problems[0], { slug: "x", count: 1, flagged: 0, examples: [], places: ["p"] });
});

const part = (label, { failures = true, recompiles = true, notes = [] }) => [
  { known: { failures, graph_breaks: true, recompiles }, notes },
  { label, link: (id) => id },
];

test("absence is claimed of what was looked for in all traces", () => {
  const all = "No failed compilations, no graph breaks, no recompilations, no problems.";
  assert.equal(sentenceOfAbsent([part("", {})]), all);
  const some = [part("rank_0 ", {}), part("rank_1 ", { failures: false })];
  assert.equal(sentenceOfAbsent(some), "No graph breaks, no recompilations, no problems.");
});

test("absence is claimed of no more traces than were looked at", () => {
  const absent = "no failed compilations, no graph breaks, no recompilations, no problems.";
  assert.equal(sentenceOfAbsent([part("a", {})], 1), `N${absent.slice(1)}`);
  assert.equal(sentenceOfAbsent([part("a", {}), part("b", {})], 1200), `In 2 of 1,200 traces: ${absent}`);
  assert.equal(sentenceOfAbsent([], 2), "");
});

test("what is not known names its traces, unless it is of all", () => {
  const notes = (...of) => of.map((known, number) => part(`rank_${number} `, { notes: known }));
  assert.deepEqual(mergeNotes(notes(["a"])), ["a"]);
  assert.deepEqual(mergeNotes(notes(["a", "b"], ["b"])), ["rank_0: a", "b"]);
  const seven = notes(...Array(7).fill(["a"]), []);
  assert.deepEqual(mergeNotes(seven), ["rank_0, rank_1, rank_2, rank_3, rank_4 and 2 more: a"]);
});

test("what a list of reasons lacks is told in numbers", () => {
  assert.deepEqual(sentencesOfMissing({ unread: 0, left_out: 0 }, "graph break"), []);
  assert.deepEqual(sentencesOfMissing({ unread: 1, left_out: 2000 }, "graph break"), [
    "Of 1 graph break no reason could be read.",
    "Not listed: 2,000 occurrences of further reasons.",
  ]);
});
