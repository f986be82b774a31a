import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { loadData, receivers } from "../src/data-files.js";
import { DATA_FUNCTIONS } from "../src/shapes.js";

/* A page whose scripts run when the test says so. */

let scripts;

beforeEach(() => {
  scripts = [];
  globalThis.document = {
    currentScript: null,
    createElement: () => ({ remove: () => {} }),
    head: { append: (script) => scripts.push(script) },
  };
});

afterEach(() => {
  delete globalThis.document;
});

function execute(script, call) {
  globalThis.document.currentScript = script;
  call();
  globalThis.document.currentScript = null;
  script.onload();
}

test("each function that a data file may call is there", () => {
  assert.deepEqual(Object.keys(receivers), [...DATA_FUNCTIONS]);
});

test("a call belongs to the script that makes it, in whatever order scripts come", async () => {
  const one = loadData("one/report/head.js", "head");
  const other = loadData("other/report/head.js", "head");
  assert.deepEqual(scripts.map(({ src }) => src), ["one/report/head.js", "other/report/head.js"]);
  execute(scripts[1], () => receivers.head("other's"));
  execute(scripts[0], () => receivers.head("one's"));
  assert.deepEqual([await one, await other], [["one's"], ["other's"]]);
});

test("all values of a call are handed over", async () => {
  const loading = loadData("report/rows-0.js", "rows");
  execute(scripts[0], () => receivers.rows([["a"]], ["type"], []));
  assert.deepEqual(await loading, [[["a"]], ["type"], []]);
});

test("a file that calls another function, or none, is damaged", async () => {
  const calls = [() => receivers.worth({}), () => {}];
  for (const call of calls) {
    const loading = loadData("report/head.js", "head");
    execute(scripts.at(-1), call);
    await assert.rejects(loading, /report\/head\.js is there but damaged: it holds no head/);
  }
});

test("a file that is not there is missing", async () => {
  const loading = loadData("report/head.js", "head");
  scripts[0].onerror();
  await assert.rejects(loading, /report\/head\.js is missing or cannot be read/);
});

test("a call of nobody's script is no error", () => {
  receivers.head("x");
  globalThis.document.currentScript = {};
  receivers.head("x");
});
