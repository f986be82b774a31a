import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesOf, decoded } from "../src/bytes.js";

const units = (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
const joined = (text) => bytesOf(text).flatMap((part) => [...part]);

test("bytes that are no UTF-8 become U+DC80 to U+DCFF", () => {
  const cases = [
    [[0x61, 0xff, 0x62], [0x61, 0xdcff, 0x62]],
    // A continuation alone, a beginning alone at the end.
    [[0x80, 0xc3], [0xdc80, 0xdcc3]],
    // Longer than needed: "/" in two and three bytes.
    [[0xc0, 0xaf], [0xdcc0, 0xdcaf]],
    [[0xe0, 0x80, 0xaf], [0xdce0, 0xdc80, 0xdcaf]],
    // U+D800, which is half a character, and what is beyond U+10FFFF.
    [[0xed, 0xa0, 0x80], [0xdced, 0xdca0, 0xdc80]],
    [[0xf4, 0x90, 0x80, 0x80], [0xdcf4, 0xdc90, 0xdc80, 0xdc80]],
    // Whole characters of 2, 3 and 4 bytes beside a byte that is none: é, €, U+1F600, U+10FFFF.
    [[0xff, 0xc3, 0xa9], [0xdcff, 0xe9]],
    [[0xff, 0xe2, 0x82, 0xac], [0xdcff, 0x20ac]],
    [[0xff, 0xf0, 0x9f, 0x98, 0x80], [0xdcff, 0xd83d, 0xde00]],
    [[0xff, 0xf4, 0x8f, 0xbf, 0xbf], [0xdcff, 0xdbff, 0xdfff]],
    // A mark at the start is a character like others, with and without bytes that are none.
    [[0xef, 0xbb, 0xbf, 0x61], [0xfeff, 0x61]],
    [[0xef, 0xbb, 0xbf, 0xfe], [0xfeff, 0xdcfe]],
    // Cut in the middle of a character of three bytes, before an ordinary one.
    [[0xe2, 0x82, 0x61], [0xdce2, 0xdc82, 0x61]],
  ];
  for (const [bytes, expected] of cases) {
    const text = decoded(Uint8Array.from(bytes));
    assert.deepEqual(units(text), expected);
    assert.deepEqual(joined(text), bytes);
  }
});

test("all bytes keep their values, in texts longer than a part", () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at % 300) % 256);
  assert.deepEqual(joined(decoded(bytes)), [...bytes]);
  const all = decoded(Uint8Array.from({ length: 256 }, (_, at) => at));
  assert.deepEqual(units(all), Array.from({ length: 256 }, (_, at) => (at < 128 ? at : 0xdc00 + at)));
});
