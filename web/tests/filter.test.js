import assert from "node:assert/strict";
import { test } from "node:test";

import { search } from "../src/filter.js";
import { opened } from "./example-trace.js";

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

test("long searches tell what they have found so far", async (t) => {
  const { trace } = await opened();
  let now = 0;
  t.mock.method(performance, "now", () => (now += 100));
  const told = [];
  const result = await search(trace, "txt", () => true, (found, matches, share) => told.push([[...found], matches, share]));
  assert.deepEqual(told.map(([, matches]) => matches), [1, 2, 2, 2]);
  assert.equal(told.at(-1)[2], 1);
  assert.deepEqual(result, { found: [-1, 0, 2], matches: 2 });
});

test("a search that nobody waits for any more loads no more rows", async () => {
  const { trace, asked } = await opened();
  const before = asked.length;
  assert.equal(await search(trace, "txt", () => false, () => {}), null);
  assert.deepEqual(asked.slice(before), ["x/report/rows-0.js"]);
});

test("a word may be in the name, the type or the compile id, each another", async () => {
  const { trace } = await opened();
  const find = (query) => search(trace, query, () => true, () => {});
  assert.deepEqual(await find("  [0/0]   graph G.TXT "), { found: [-1, 0], matches: 1 });
  assert.deepEqual(await find(""), { found: [-1, 0, 1, 2, -2, 3, 4], matches: 5 });
  // No word goes over the end of a name into the next text.
  assert.deepEqual(await find("c.txt\noriginal"), await find("c.txt original"));
  assert.deepEqual(await find("c.txtoriginal"), { found: [], matches: 0 });
});
