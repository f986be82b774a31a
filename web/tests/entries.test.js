import assert from "node:assert/strict";
import { test } from "node:test";

import { compareTitle, entryContext, entryMeta, entrySize, hrefOf, isJson, isPage, languageOf, splitName } from "../src/entries.js";

test("entries are described by their lines and sizes", () => {
  const entry = { name: "a.txt", lines: 1, textBytes: 2048, rank: null, isCode: false, type: "artifact" };
  assert.equal(entrySize(entry), "1 line · 2.0 KiB");
  assert.equal(entrySize({ ...entry, name: "a.json" }), "2.0 KiB");
  assert.equal(entryMeta({ ...entry, rank: 3 }), "rank 3 · 1 line · 2.0 KiB");
  const context = { subgraph: "sub\u202ea", process: 7 };
  assert.equal(entryContext(context), "sub\ufffda · process 7");
  assert.equal(entryMeta({ ...entry, ...context, rank: 3 }), "rank 3 · sub\ufffda · process 7 · 1 line · 2.0 KiB");
  assert.equal(languageOf(entry), null);
  assert.equal(languageOf({ ...entry, isCode: true }), "python");
  assert.equal(languageOf({ ...entry, isCode: true, language: "cpp" }), "cpp");
  assert.equal(languageOf({ ...entry, name: "fx_graph_runnable.txt" }), "python");
  assert.equal(languageOf({ ...entry, name: "fx_graph_metadata.txt" }), null);
  const one = { base: "", group: { shown: "[0/0]" }, name: "a\u202e.txt" };
  assert.equal(compareTitle(one, { ...one, base: "rank%201/", name: "b.txt" }), "[0/0] a\ufffd.txt ↔ rank 1/ [0/0] b.txt");
});

test("a name gives way before what tells it apart", () => {
  assert.deepEqual(splitName("aot_joint_graph_12.txt"), ["aot_joint_graph", "_12.txt"]);
  assert.deepEqual(splitName("aot_joint_graph.txt"), ["aot_joint_graph", ".txt"]);
  assert.deepEqual(splitName("README"), ["README", ""]);
  assert.deepEqual(splitName(".txt"), [".txt", ""]);
  assert.deepEqual(splitName("a.longerthan8"), ["a.longerthan8", ""]);
});

test("a page is told by where it is, JSON by its name", () => {
  assert.equal(isPage({ url: "0_0_0/a.html" }), true);
  assert.equal(isPage({ url: "packs/000001.js#0" }), false);
  assert.equal(isJson({ name: "a.json" }), true);
  assert.equal(isJson({ name: "a.json.txt" }), false);
  assert.equal(hrefOf({ id: "0_0_0/a%20b.txt" }), "#/0_0_0/a%20b.txt");
});

test("what has no size is of none", () => {
  assert.equal(entrySize({ name: "a", lines: null, textBytes: null }), "0 B");
});
