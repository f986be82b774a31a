import assert from "node:assert/strict";
import { test } from "node:test";

import { sharedEntries, verdictOf } from "../src/shared.js";

const entry = (name, more = {}) => ({ name, type: "artifact", line: 1, id: name, number: 0, isLink: false, ...more });
const trace = (folders) => ({
  groupOfFolder: new Map(Object.entries(folders)),
  entriesOf: async (group) => group,
});
const names = ({ pairs }) => pairs.map((pair) => pair.map((one) => one?.name ?? null));

test("entries of two traces are paired within their compile ids", async () => {
  const left = trace({ "0_0_0/": [entry("a.txt"), entry("b.txt")], "0_1_0/": [entry("c.txt")] });
  const right = trace({ "0_0_0/": [entry("d.txt"), entry("a.txt")], "0_2_0/": [entry("c.txt")] });
  const shared = await sharedEntries(left, right, 10);
  assert.deepEqual(names(shared), [
    ["a.txt", "a.txt"], ["b.txt", null], [null, "d.txt"], ["c.txt", null], [null, "c.txt"],
  ]);
  assert.equal(shared.cut, false);
});

test("links are left out, and nothing is paired twice", async () => {
  const code = (name) => entry(name, { type: "inductor_output_code" });
  const left = trace({ "0_0_0/": [entry("l", { isLink: true }), code("x1.html"), code("x2.html")] });
  const right = trace({ "0_0_0/": [entry("l", { isLink: true }), code("x2.html")] });
  // The only code there is on the right has the place of the first on the left.
  assert.deepEqual(names(await sharedEntries(left, right, 10)), [["x1.html", "x2.html"], ["x2.html", null]]);
});

test("of very many pairs the first are given, and that there are more is said", async () => {
  const many = { "0_0_0/": [entry("a"), entry("b"), entry("c")] };
  assert.deepEqual(await sharedEntries(trace(many), trace({}), 3).then(({ cut }) => cut), false);
  const some = await sharedEntries(trace(many), trace({}), 2);
  assert.deepEqual([names(some), some.cut], [[["a", null], ["b", null]], true]);
  const others = await sharedEntries(trace({}), trace(many), 1);
  assert.deepEqual([names(others), others.cut], [[[null, "a"]], true]);
});

test("a pair is of one size if bytes and lines are the same", () => {
  const one = { bytes: 3, lines: 1 };
  assert.equal(verdictOf([one, null]), "only in one");
  assert.equal(verdictOf([null, one]), "only in one");
  assert.equal(verdictOf([one, { ...one }]), "same size");
  assert.equal(verdictOf([one, { bytes: 3, lines: 2 }]), "differs");
  assert.equal(verdictOf([one, { bytes: 4, lines: 1 }]), "differs");
});
