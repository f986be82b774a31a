/* Texts and the bytes that they stand for.  No DOM. */

const PART_UNITS = 0x4000;

/**
 * The bytes of a payload: \udc80 to \udcff are bytes that were no UTF-8.
 *
 * @param {string} text
 */
export const bytesOf = (text) => {
  const encoder = new TextEncoder();
  const parts = [];
  let done = 0;
  for (const match of text.matchAll(/[\udc80-\udcff]/gu)) {
    parts.push(encoder.encode(text.slice(done, match.index)));
    parts.push(Uint8Array.of(match[0].charCodeAt(0) - 0xdc00));
    done = match.index + 1;
  }
  parts.push(encoder.encode(text.slice(done)));
  return parts;
};

/**
 * A file's bytes as packs hold them: what is no UTF-8 stands as \udc80 to \udcff, so that two texts
 * that differ in such bytes alone differ.
 *
 * @param {Uint8Array} bytes
 */
export function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return escaped(bytes);
  }
}

/** @param {Uint8Array} bytes */
function escaped(bytes) {
  const units = new Uint16Array(bytes.length);
  let used = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length <= 1) {
      units[used++] = length === 1 ? bytes[at] : 0xdc00 + bytes[at];
      at += 1;
      continue;
    }
    let code = bytes[at] & (0x7f >> length);
    for (const end = at + length; ++at < end; ) {
      code = (code << 6) | (bytes[at] & 0x3f);
    }
    if (code > 0xffff) {
      units[used++] = 0xd7c0 + (code >> 10);
      code = 0xdc00 + (code & 0x3ff);
    }
    units[used++] = code;
  }
  const parts = [];
  for (let start = 0; start < used; start += PART_UNITS) {
    parts.push(String.fromCharCode(...units.subarray(start, Math.min(used, start + PART_UNITS))));
  }
  return parts.join("");
}

/**
 * How many bytes the character has that begins there; 0 if none does.
 *
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function characterLength(bytes, at) {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first < 0x80) {
    return 1;
  }
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  // No longer forms than needed, no half characters, nothing beyond U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (length === 0 || !(second >= low && second <= high)) {
    return 0;
  }
  for (let next = at + 2; next < at + length; next += 1) {
    if ((bytes[next] & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}
