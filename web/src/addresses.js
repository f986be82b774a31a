/* What the part of an address behind its # asks for.  No DOM. */

/** @import { LineRange } from "./code-lines.js" */

/**
 * What the page of a trace is to show: two artifacts, a compile id, an artifact, or what is worth a look.
 *
 * @typedef {{ kind: "compare", left: string, right: string }
 *   | { kind: "group", folder: string }
 *   | { kind: "entry", id: string, lines: LineRange | null }
 *   | { kind: "home" }} TraceAddress
 */

/**
 * Lines as they are asked for, the first one first. Numbers of any length: what there is, is not
 * known here.
 *
 * @param {string} first
 * @param {string} last
 * @returns {LineRange}
 */
export const lineRange = (first, last = first) => ({
  first: Math.min(Number(first), Number(last)),
  last: Math.max(Number(first), Number(last)),
});

/**
 * Lines as people write them: 12, L12, 10-20; null where it is none.
 *
 * @param {string} text
 */
export function writtenLines(text) {
  const match = /^\s*L?(\d+)(?:\s*-\s*L?(\d+))?\s*$/i.exec(text);
  return match === null ? null : lineRange(match[1], match[2]);
}

/**
 * An address, or part of one, as it is made here: however it was
 * percent-encoded on its way (a chat encodes more, a person less).
 *
 * @param {string} text
 */
function canonical(text) {
  try {
    return decodeURIComponent(text).split("/").map(encodeURIComponent).join("/");
  } catch {
    return text; // A percent sign that encodes nothing, or no UTF-8.
  }
}

/**
 * The reverse of `entryAddress` and `compareAddress`.
 *
 * @param {string} hash
 * @returns {TraceAddress}
 */
export function traceAddress(hash) {
  const compare = /^#compare(?:=|%3[Dd])([^&]+)&([^&]+)$/.exec(hash) ?? /^#compare(?:=|%3[Dd])([^&]+?)%26([^&]+)$/.exec(hash);
  if (compare !== null) {
    return { kind: "compare", left: canonical(compare[1]), right: canonical(compare[2]) };
  }
  const one = /^#(?:\/|%2[Ff])(.*?)(?:(?::|%3[Aa])L(\d+)(?:(?:-|%2[Dd])L?(\d+))?)?$/.exec(hash);
  if (one === null) {
    return { kind: "home" };
  }
  const id = canonical(one[1]);
  if (id.endsWith("/")) {
    return { kind: "group", folder: id };
  }
  return { kind: "entry", id, lines: one[2] === undefined ? null : lineRange(one[2], one[3]) };
}

/**
 * The address of an artifact.
 *
 * @param {string} id
 * @param {LineRange | null} lines
 */
export function entryAddress(id, lines = null) {
  if (lines === null) {
    return `#/${id}`;
  }
  return `#/${id}:L${lines.first}${lines.last > lines.first ? `-L${lines.last}` : ""}`;
}

/**
 * The address of a comparison.
 *
 * @param {string} left
 * @param {string} right
 */
export const compareAddress = (left, right) => `#compare=${left}&${right}`;

/**
 * What the page of several traces is to show: its verb, and what follows it, parted at each &.
 *
 * @param {string} hash
 * @returns {{ verb: "compare" | "ranks" | "others" | null, names: string[] }}
 */
export function tracesAddress(hash) {
  const [, verb, rest = ""] = /^#(compare|ranks|others)(?:=|%3[Dd])(.*)$/.exec(hash) ?? [];
  if (verb === "compare" || verb === "ranks") {
    return { verb, names: rest.split(rest.includes("&") ? "&" : /%26/).map(canonical) };
  }
  return verb === "others" ? { verb, names: [canonical(rest)] } : { verb: null, names: [] };
}
