import assert from "node:assert/strict";
import { test } from "node:test";

import { Trace } from "../src/trace.js";
import { HEAD, opened } from "./example-trace.js";

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

test("a trace that is not opened has no head", () => {
  assert.throws(() => new Trace(async () => []).head, /not opened/);
});

test("a loader is named by a kind's number, or by itself", () => {
  const trace = new Trace(async () => []);
  trace.kinds = HEAD.kinds;
  assert.equal(trace.loaderOf(1), HEAD.kinds[0].loader);
  assert.equal(trace.loaderOf("mine"), "mine");
  assert.equal(trace.loaderOf(99), "99");
  assert.equal(trace.loaderOf(undefined), null);
});

test("rows whose data file is not there yet are no entries, those of a compile id are loaded", async () => {
  const { trace } = await opened();
  assert.equal(trace.entry(0), null);
  const entries = await trace.entriesOf(trace.groups[1]);
  assert.deepEqual(entries.map(({ name }) => name), ["k.py", "site"]);
  assert.equal(trace.entry(0), null);
  assert.equal(trace.groupOfRow(2), trace.groups[0]);
  assert.equal(trace.groupOfRow(3), trace.groups[1]);
});

test("a data file that failed to load is told of", async () => {
  const load = async (url) => {
    if (url.includes("outline")) {
      throw new Error("gone");
    }
    return [HEAD];
  };
  const trace = new Trace(load);
  await trace.open();
  await assert.rejects(trace.find("0_0_0/g.txt"), /gone/);
});
