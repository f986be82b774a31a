import assert from "node:assert/strict";
import { test } from "node:test";

import { Trace } from "../src/trace.js";
import { Rows } from "../src/tree-rows.js";
import { search } from "../src/filter.js";

const KINDS = [
  { name: "graph", title: "Graphs", loader: "loader.renderGraph" },
  { name: "codegen", title: "Code", loader: "loader.renderInductorCode" },
  { name: "artifact", title: "Artifacts", loader: null },
  { name: "dump_file", title: "Dump files", loader: null },
  { name: "coffee", title: "Cups of coffee", loader: null },
  { name: "link", title: "Links", loader: null },
];
const HEAD = { version: 1, groups: 2, rows: 5, shard_rows: 2, outline_groups: 1, title: "t", folder: ".", rank: null, kinds: KINDS };
// [0/0] has a graph and two artifacts, [0/1] a code and a link.
const FILES = {
  "x/report/head.js": ["head", [HEAD]],
  "x/report/outline-0.js": ["outline", [[["0_0_0", "[0/0]", "0_0_0/", 30, [1, 0, 2, 0, 0, 0]]]]],
  "x/report/outline-1.js": ["outline", [[["0_1_0", 0, "0_1_0/", 9, [0, 1, 0, 0, 0, 1]]]]],
  "x/report/rows-0.js": ["rows", [[["g.txt", 0, 10, 2, 1], ["a b.json", 1, 11, 3, 2, 4, { f: 0 }]], ["graph", "artifact"], [["repeated"]]]],
  "x/report/rows-1.js": ["rows", [[["c.txt", 0, 9, 1, 3, null, { o: "Original" }], ["k.py", 0, 9, 1, 4, null, { z: 2, u: "packs/000001.js#7" }]], ["artifact"], []]],
  "x/report/rows-2.js": ["rows", [[["site", 0, null, 0, 5, null, { u: "https://e.org", w: 1 }]], ["link"], []]],
};

async function opened() {
  const asked = [];
  const trace = new Trace(async (url, kind) => {
    asked.push(url);
    assert.equal(FILES[url][0], kind);
    return structuredClone(FILES[url][1]);
  }, "x/");
  await trace.open();
  await trace.outline;
  return { trace, asked };
}

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

test("entries are found by their ids, and each data file is asked for once", async () => {
  const { trace, asked } = await opened();
  const entry = await trace.find("0_0_0/a%20b.json");
  assert.equal(entry.number, 1);
  assert.equal(entry.id, "0_0_0/a%20b.json");
  assert.equal(entry.url, "0_0_0/a%20b.json");
  assert.equal(entry.type, "artifact");
  assert.equal(entry.rank, 4);
  assert.deepEqual(entry.flags, ["repeated"]);
  const code = await trace.find("0_1_0/k.py");
  assert.equal(code.lazy_loader, "loader.renderInductorCode");
  assert.equal(code.url, "packs/000001.js#7");
  assert.equal(code.isCode, true);
  // A link is no artifact; half a percent sign is no name.
  assert.equal(await trace.find("0_1_0/site"), null);
  assert.equal(await trace.find("0_1_0/%"), null);
  assert.equal(await trace.find("9_9_9/k.py"), null);
  assert.equal(trace.entry(4).isLink, true);
  assert.equal(trace.entry(4).isWeb, true);
  assert.equal(new Set(asked).size, asked.length);
});

test("data of another version are refused", async () => {
  const trace = new Trace(async () => [{ ...HEAD, version: 2 }]);
  await assert.rejects(trace.open(), /another version/);
});

test("every word of a filter is in a name, a type or a compile id", async () => {
  const { trace } = await opened();
  const find = (query) => search(trace, query, () => true, () => {});
  assert.deepEqual(await find("GRAPH"), { found: [-1, 0], matches: 1 });
  assert.deepEqual(await find("json artifact"), { found: [-1, 1], matches: 1 });
  assert.deepEqual(await find("original"), { found: [-1, 2], matches: 1 });
  assert.deepEqual(await find("0_1_0"), { found: [-2, 3, 4], matches: 2 });
  assert.deepEqual(await find("txt"), { found: [-1, 0, 2], matches: 2 });
  assert.deepEqual(await find("txt json"), { found: [], matches: 0 });
  assert.equal(await search(trace, "txt", () => false, () => {}), null);
});
