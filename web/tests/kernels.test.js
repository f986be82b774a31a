import assert from "node:assert/strict";
import { test } from "node:test";

import { gutter, kernelsOf, lineStarts, pieces } from "../src/kernels.js";

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
