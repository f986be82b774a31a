import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { applyStoredTheme, applyTheme, chooseNextTheme, currentTheme } from "../src/theme-choice.js";

let stored;
let frames;

beforeEach(() => {
  stored = new Map();
  frames = [{ name: "", contentWindow: { sent: [], postMessage: (message) => frames[0].contentWindow.sent.push(message) } }];
  globalThis.document = { documentElement: { dataset: {} }, querySelectorAll: () => frames };
  globalThis.localStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) };
});

afterEach(() => {
  delete globalThis.document;
  delete globalThis.localStorage;
});

test("colours go round: as the system, light, dark", () => {
  const seen = [currentTheme()];
  for (let turn = 0; turn < 3; turn += 1) {
    chooseNextTheme();
    seen.push(currentTheme());
  }
  assert.deepEqual(seen, ["auto", "light", "dark", "auto"]);
  assert.deepEqual([...stored.values()], ["auto"]);
});

test("what was chosen holds for the next page, and for code pages in frames", () => {
  chooseNextTheme();
  assert.equal(frames[0].name, "theme-light");
  assert.deepEqual(frames[0].contentWindow.sent, [{ theme: "light" }]);
  globalThis.document.documentElement.dataset = {};
  applyStoredTheme();
  assert.equal(currentTheme(), "light");
});

test("any other word is as the system", () => {
  applyTheme("dark");
  applyTheme("<script>");
  assert.equal(currentTheme(), "auto");
});

test("a browser that forbids storage has colours too", () => {
  const forbidden = () => {
    throw new Error("forbidden");
  };
  globalThis.localStorage = { getItem: forbidden, setItem: forbidden };
  applyStoredTheme();
  assert.equal(currentTheme(), "auto");
  chooseNextTheme();
  assert.equal(currentTheme(), "light");
});
