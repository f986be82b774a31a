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
 * The reverse of `entryAddress` and `compareAddress`.
 *
 * @param {string} hash
 * @returns {TraceAddress}
 */
export function traceAddress(hash) {
  const compare = /^#compare=([^&]+)&([^&]+)$/.exec(hash);
  if (compare !== null) {
    return { kind: "compare", left: compare[1], right: compare[2] };
  }
  const one = /^#\/(.*?)(?::L(\d+)(?:-L?(\d+))?)?$/.exec(hash);
  if (one === null) {
    return { kind: "home" };
  }
  if (one[1].endsWith("/")) {
    return { kind: "group", folder: one[1] };
  }
  return { kind: "entry", id: one[1], lines: one[2] === undefined ? null : lineRange(one[2], one[3]) };
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
  const [, verb, rest = ""] = /^#(compare|ranks|others)=(.*)$/.exec(hash) ?? [];
  if (verb === "compare" || verb === "ranks") {
    return { verb, names: rest.split("&") };
  }
  return verb === "others" ? { verb, names: [rest] } : { verb: null, names: [] };
}
