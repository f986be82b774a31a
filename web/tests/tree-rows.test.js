import assert from "node:assert/strict";
import { test } from "node:test";

import { Rows } from "../src/tree-rows.js";
import { opened } from "./example-trace.js";

test("rows are compile ids, headings of kinds and artifacts", async () => {
  const { trace } = await opened();
  const rows = new Rows(trace);
  const [first, second] = trace.groups;
  const expected = [
    { group: first },
    { group: first, heading: "Graphs", count: 1 },
    { group: first, row: 0 },
    { group: first, heading: "Artifacts", count: 2 },
    { group: first, row: 1 },
    { group: first, row: 2 },
    { group: second },
    { group: second, heading: "Code", count: 1 },
    { group: second, row: 3 },
    { group: second, heading: "Links", count: 1 },
    { group: second, row: 4 },
  ];
  assert.equal(rows.length, expected.length);
  expected.forEach((item, index) => {
    assert.deepEqual(rows.at(index), item);
    if (item.heading === undefined) {
      assert.equal(rows.indexOf(item.group, item.row ?? null), index);
    }
  });
  assert.equal(rows.at(-1), undefined);
  assert.equal(rows.at(11), undefined);
});

test("a closed compile id is one row", async () => {
  const { trace } = await opened();
  const rows = new Rows(trace);
  const [first, second] = trace.groups;
  rows.setOpen(first, false);
  assert.equal(rows.length, 6);
  assert.deepEqual(rows.at(1), { group: second });
  assert.equal(rows.indexOf(first, 0), -1);
  assert.equal(rows.indexOf(second, 3), 3);
  rows.setAllOpen(false);
  assert.equal(rows.length, 2);
  rows.setOpen(second, true);
  assert.equal(rows.length, 6);
  rows.setAllOpen(true);
  assert.equal(rows.length, 11);
});

test("more than 500 rows begin closed", () => {
  const groups = [{ number: 0, start: 0, count: 501, kinds: [501] }];
  assert.equal(new Rows({ head: { rows: 501 }, groups }).length, 1);
  assert.equal(new Rows({ head: { rows: 500 }, groups }).length, 503);
});

test("found rows are shown alone, each compile id before its rows", async () => {
  const { trace } = await opened();
  const rows = new Rows(trace);
  rows.found = [-2, 3];
  assert.equal(rows.length, 2);
  assert.deepEqual(rows.at(0), { group: trace.groups[1] });
  assert.deepEqual(rows.at(1), { group: trace.groups[1], row: 3 });
  assert.equal(rows.indexOf(trace.groups[1]), 0);
  assert.equal(rows.indexOf(trace.groups[1], 3), 1);
  assert.equal(rows.indexOf(trace.groups[0]), -1);
});
