import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../src/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
const texts = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
const importsOf = (name) => [...texts.get(name).matchAll(/^import .*"\.\/(.+)";$/gm)].map(([, other]) => other);

// All modules that one leads to.
function reached(name, found = new Set()) {
  for (const other of importsOf(name)) {
    if (!found.has(other)) {
      found.add(other);
      reached(other, found);
    }
  }
  return found;
}

test("no module leads back to itself", () => {
  assert.ok(reached("report.js").size > 20);
  for (const name of names) {
    assert.ok(!reached(name).has(name), name);
  }
});

test("modules without DOM lead to none with it", () => {
  const pure = names.filter((name) => texts.get(name).split("*/")[0].includes("No DOM."));
  assert.ok(pure.includes("pairs.js"));
  for (const name of pure) {
    for (const other of [name, ...reached(name)]) {
      const code = texts.get(other).replace(/^\s*(\/\/|\/\*|\*).*$/gm, "");
      assert.doesNotMatch(code, /\b(document|window|location|navigator|history)\./, `${name} leads to ${other}`);
    }
  }
});

test("one global is made, in one place: what data files call", () => {
  const made = [...texts].flatMap(([name, text]) =>
    [...text.matchAll(/(?<!\.)\b(?:window|globalThis|self)(?:\.\w+|\[\w+\])+(?= =(?!=))/g)].map(([global]) => `${name}: ${global}`),
  );
  assert.deepEqual(made, ["report.js: window.artifactStream"]);
});

test("each module without DOM has a test of its name", () => {
  // Of the shapes Python's tests say that they are fresh.
  const tested = names.filter((name) => texts.get(name).split("*/")[0].includes("No DOM.") && name !== "shapes.js");
  for (const name of [...tested, "data-files.js", "theme-choice.js"]) {
    const file = new URL(name.replace(".js", ".test.js"), import.meta.url);
    assert.ok(existsSync(file), name);
    assert.match(readFileSync(file, "utf8"), new RegExp(`from "\\.\\./src/${name}";`), name);
  }
});
