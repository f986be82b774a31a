/* A trace of five rows, as its data files hold it. */

import assert from "node:assert/strict";

import { Trace } from "../src/trace.js";

const KINDS = [
  { name: "graph", title: "Graphs", loader: "loader.renderGraph" },
  { name: "codegen", title: "Code", loader: "loader.renderInductorCode" },
  { name: "artifact", title: "Artifacts", loader: null },
  { name: "dump_file", title: "Dump files", loader: null },
  { name: "coffee", title: "Cups of coffee", loader: null },
  { name: "link", title: "Links", loader: null },
];
export const HEAD = { version: 1, groups: 2, rows: 5, shard_rows: 2, outline_groups: 1, title: "t", folder: ".", rank: null, kinds: KINDS };
// [0/0] has a graph and two artifacts, [0/1] a code and a link.
const FILES = {
  "x/report/head.js": ["head", [HEAD]],
  "x/report/outline-0.js": ["outline", [[["0_0_0", "[0/0]", "0_0_0/", 30, [1, 0, 2, 0, 0, 0]]]]],
  "x/report/outline-1.js": ["outline", [[["0_1_0", 0, "0_1_0/", 9, [0, 1, 0, 0, 0, 1]]]]],
  "x/report/rows-0.js": ["rows", [[["g.txt", 0, 10, 2, 1], ["a b.json", 1, 11, 3, 2, 4, { f: 0 }]], ["graph", "artifact"], [["repeated"]]]],
  "x/report/rows-1.js": ["rows", [[["c.txt", 0, 9, 1, 3, null, { o: "Original" }], ["k.py", 0, 9, 1, 4, null, { z: 2, u: "packs/000001.js#7" }]], ["artifact"], []]],
  "x/report/rows-2.js": ["rows", [[["site", 0, null, 0, 5, null, { u: "https://e.org", w: 1 }]], ["link"], []]],
};

export async function opened() {
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
