import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeLargest, mergeProblems, mergeReasons } from "../src/worth.js";

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
