import assert from "node:assert/strict";
import { test } from "node:test";

import { breathe } from "../src/timing.js";

test("what waits has its turn before long work goes on", async () => {
  const turns = [];
  setTimeout(() => turns.push("input"), 0);
  await breathe();
  turns.push("work");
  assert.deepEqual(turns, ["input", "work"]);
});
