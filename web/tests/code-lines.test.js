import assert from "node:assert/strict";
import { test } from "node:test";

import { formatRange, parseRange, splitLines } from "../src/code-lines.js";

test("addresses of lines are read and written", () => {
  assert.deepEqual(parseRange("#L12"), { first: 12, last: 12 });
  assert.deepEqual(parseRange("#L20-L12"), { first: 12, last: 20 });
  assert.deepEqual(parseRange("#L12-20"), { first: 12, last: 20 });
  assert.equal(parseRange("#L0"), null);
  assert.equal(parseRange("#L1x"), null);
  assert.equal(formatRange({ first: 3, last: 3 }), "#L3");
  assert.equal(formatRange({ first: 3, last: 9 }), "#L3-L9");
});

test("spans are closed at the end of each line and opened on the next", () => {
  assert.deepEqual(splitLines('a<span class="c">b\n\nc<span class="d">d\ne</span></span>f'), [
    'a<span class="c">b</span>',
    "",
    '<span class="c">c<span class="d">d</span></span>',
    '<span class="c"><span class="d">e</span></span>f',
  ]);
});
