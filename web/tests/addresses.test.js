import assert from "node:assert/strict";
import { test } from "node:test";

import { compareAddress, entryAddress, lineRange, traceAddress, tracesAddress, writtenLines } from "../src/addresses.js";

test("an address names two artifacts, a compile id, an artifact, or nothing", () => {
  assert.deepEqual(traceAddress("#compare=0_0_0/a.txt&0_1_0/b.txt"), { kind: "compare", left: "0_0_0/a.txt", right: "0_1_0/b.txt" });
  assert.deepEqual(traceAddress("#/0_0_0/"), { kind: "group", folder: "0_0_0/" });
  assert.deepEqual(traceAddress("#/0_0_0/a%20b.txt"), { kind: "entry", id: "0_0_0/a%20b.txt", lines: null });
  assert.deepEqual(traceAddress("#/0_0_0/a.txt:L7"), { kind: "entry", id: "0_0_0/a.txt", lines: { first: 7, last: 7 } });
  assert.deepEqual(traceAddress("#/0_0_0/a.txt:L20-12"), { kind: "entry", id: "0_0_0/a.txt", lines: { first: 12, last: 20 } });
  // What is no address of lines is part of the name.
  assert.deepEqual(traceAddress("#/0_0_0/a:Lx"), { kind: "entry", id: "0_0_0/a:Lx", lines: null });
  for (const hash of ["", "#", "#compare=a", "#compare=a&b&c", "#elsewhere"]) {
    assert.deepEqual(traceAddress(hash), { kind: "home" }, hash);
  }
});

test("what is written as an address is read as what it was made of", () => {
  for (const lines of [null, { first: 3, last: 3 }, { first: 3, last: 9 }]) {
    assert.deepEqual(traceAddress(entryAddress("0_0_0/a.txt", lines)), { kind: "entry", id: "0_0_0/a.txt", lines });
  }
  assert.deepEqual(traceAddress(compareAddress("a", "b")), { kind: "compare", left: "a", right: "b" });
});

test("lines are given in either order and as people write them", () => {
  assert.deepEqual(lineRange("20", "9"), { first: 9, last: 20 });
  assert.deepEqual(lineRange("7"), { first: 7, last: 7 });
  assert.deepEqual(writtenLines(" L12 "), { first: 12, last: 12 });
  assert.deepEqual(writtenLines("10 - l20"), { first: 10, last: 20 });
  assert.deepEqual(writtenLines("0"), { first: 0, last: 0 });
  for (const text of ["", "x", "1,2", "-3", "1.5"]) {
    assert.equal(writtenLines(text), null, text);
  }
});

test("the page of several traces has verbs of its own", () => {
  assert.deepEqual(tracesAddress("#compare=r0/a&r1/a"), { verb: "compare", names: ["r0/a", "r1/a"] });
  assert.deepEqual(tracesAddress("#ranks=r0/&r1/"), { verb: "ranks", names: ["r0/", "r1/"] });
  // An artifact is one, whatever is in its name.
  assert.deepEqual(tracesAddress("#others=r0/a&b"), { verb: "others", names: ["r0/a&b"] });
  assert.deepEqual(tracesAddress("#/0_0_0/a.txt"), { verb: null, names: [] });
  assert.deepEqual(tracesAddress(""), { verb: null, names: [] });
});
