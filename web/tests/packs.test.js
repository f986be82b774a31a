import assert from "node:assert/strict";
import { test } from "node:test";

import { Packs, placeInPack } from "../src/packs.js";

test("a place in a pack is its file, its name and a number", () => {
  assert.deepEqual(placeInPack("packs/000001_1.js#12"), { path: "packs/000001_1.js", name: "000001_1", position: 12 });
});

test("what is no place in a pack is not loaded", () => {
  for (const url of ["", "a.txt", "packs/000001.js", "packs/../x.js#0", "https://e.org/packs/1.js#0", "packs/1.js#-1", "packs/1.js#0x"]) {
    assert.throws(() => placeInPack(url), /names no place in a pack/, url);
  }
  assert.throws(() => placeInPack("\u202e".repeat(300)), { message: `The index names no place in a pack: ${"\ufffd".repeat(200)}` });
});

function packs(kept, files) {
  const asked = [];
  const load = async (url, kind) => {
    asked.push(`${kind} ${url}`);
    if (files[url] === undefined) {
      throw new Error(`${url} is missing`);
    }
    return files[url];
  };
  return { packs: new Packs(load, kept), asked };
}

test("the packs that were asked for last are kept", async () => {
  const files = { a: ["1", ["x", "y"]], b: ["2", ["z"]], c: ["3", ["w"]] };
  const { packs: own, asked } = packs(2, files);
  assert.equal(await own.text("a", "1", 1), "y");
  assert.equal(await own.text("b", "2", 0), "z");
  assert.equal(await own.text("a", "1", 0), "x");
  assert.equal(await own.text("c", "3", 0), "w");
  assert.equal(await own.text("a", "1", 0), "x");
  assert.deepEqual(asked, ["pack a", "pack b", "pack c"]);
  await own.text("b", "2", 0);
  assert.deepEqual(asked.length, 4);
});

test("two texts that are asked for at once are of one load", async () => {
  const { packs: own, asked } = packs(8, { a: ["1", ["x", "y"]] });
  assert.deepEqual(await Promise.all([own.text("a", "1", 0), own.text("a", "1", 1)]), ["x", "y"]);
  assert.equal(asked.length, 1);
});

test("a pack that could not be loaded is tried again", async () => {
  const files = {};
  const { packs: own } = packs(8, files);
  await assert.rejects(own.text("a", "1", 0), /a is missing/);
  files.a = ["1", ["x"]];
  assert.equal(await own.text("a", "1", 0), "x");
});

test("a damaged pack is told from one that lacks a text", async () => {
  const { packs: own } = packs(8, { a: ["other", ["x"]], b: ["2", "no list"], c: ["3", ["x", 5]] });
  await assert.rejects(own.text("a", "1", 0), /a is there but damaged: it is not pack 1/);
  await assert.rejects(own.text("b", "2", 0), /b is there but damaged: it is not pack 2/);
  await assert.rejects(own.text("c", "3", 1), /Pack 3 holds no entry 1: it has 2/);
  await assert.rejects(own.text("c", "3", 7), /Pack 3 holds no entry 7: it has 2/);
});
