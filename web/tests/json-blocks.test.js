import assert from "node:assert/strict";
import { test } from "node:test";

import { blockEnds, levelAround, tokens } from "../src/json-blocks.js";

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

test("of a level those lines are built that are around one, blocks counting as one", () => {
  // Lines 1 to 3 are a block, as are 6 and 7.
  const ends = Int32Array.from([9, 3, -1, -1, -1, -1, 7, -1, -1, -1]);
  assert.deepEqual(levelAround(ends, 1, 9, 1, 100), { lines: [1, 4, 5, 6, 8], before: null, behind: null });
  assert.deepEqual(levelAround(ends, 1, 9, 1, 2), { lines: [1, 4], before: null, behind: { from: 5, to: 9, nearest: 5 } });
  // Line 7 is in the block that begins in line 6.
  assert.deepEqual(levelAround(ends, 1, 9, 7, 2), {
    lines: [5, 6],
    before: { from: 1, to: 5, nearest: 4 },
    behind: { from: 8, to: 9, nearest: 8 },
  });
  assert.deepEqual(levelAround(ends, 1, 9, 8, 2), { lines: [6, 8], before: { from: 1, to: 6, nearest: 5 }, behind: null });
});

test("every line of a long level is built, or in what is left out before or behind", () => {
  const ends = new Int32Array(1000).fill(-1);
  for (const line of [0, 49, 50, 51, 500, 949, 950, 999]) {
    const { lines, before, behind } = levelAround(ends, 0, 1000, line, 100);
    assert.ok(lines.includes(line), String(line));
    assert.equal(lines.length, 100);
    assert.equal(before?.to ?? 0, lines[0]);
    assert.equal(behind?.from ?? 1000, lines[99] + 1);
  }
});
