import assert from "node:assert/strict";
import { test } from "node:test";

import { formatCount, formatSize, messageOf, plural, printable, wellFormed } from "../src/text.js";

test("counts have commas", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.equal(plural(1, "line"), "1 line");
  assert.equal(plural(0, "line"), "0 lines");
  assert.equal(plural(2000, "match", "matches"), "2,000 matches");
});

test("sizes are in the largest unit of which there is one", () => {
  assert.equal(formatSize(0), "0 B");
  assert.equal(formatSize(1023), "1023 B");
  assert.equal(formatSize(1024), "1.0 KiB");
  assert.equal(formatSize(1536), "1.5 KiB");
  // 1023.94 KiB is the last that is not rounded up to 1024.0.
  assert.equal(formatSize(1048514), "1023.9 KiB");
  assert.equal(formatSize(1048575), "1.0 MiB");
  assert.equal(formatSize(3 * 2 ** 30), "3.0 GiB");
  assert.equal(formatSize(2 ** 50), "1024.0 TiB");
});

test("what cannot be seen or reorders text is shown as U+FFFD", () => {
  assert.equal(printable("a\u0000b\nc\td\u007f"), "a\ufffdb\ufffdc\td\ufffd");
  assert.equal(printable("\u202eabc\u2066\ufeff"), "\ufffdabc\ufffd\ufffd");
  assert.equal(printable("<b>&é漢😀"), "<b>&é漢😀");
});

test("half characters are shown as U+FFFD, whole ones as they are", () => {
  assert.equal(wellFormed("a\udc80\udcffb😀"), "a\ufffd\ufffdb😀");
  assert.equal(wellFormed("\ud83dx"), "\ufffdx");
});

test("what was thrown is told in words, whatever it is", () => {
  assert.equal(messageOf(new TypeError("no such thing")), "no such thing");
  assert.equal(messageOf("gone"), "gone");
  assert.equal(messageOf(null), "null");
});
