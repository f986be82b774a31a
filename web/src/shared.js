/* What two traces of a run share.  No DOM. */

/** @import { Candidate } from "./pairs.js" */
/** @import { Entry, Group } from "./trace.js" */

import { counterpart } from "./pairs.js";

/**
 * A trace, as far as its entries are looked at.
 *
 * @template {Candidate} E
 * @typedef {object} Compared
 * @property {Map<string, Group>} groupOfFolder
 * @property {(group: Group) => Promise<E[]>} entriesOf
 */

/**
 * An entry of each trace, null where one has none.
 *
 * @template E
 * @typedef {[left: E, right: E | null] | [left: null, right: E]} Pair
 */

/**
 * Pairs of entries of two traces, compile id by compile id.
 *
 * @template {Candidate} E
 * @param {Compared<E>} left
 * @param {Compared<E>} right
 * @param {number} most So many pairs.
 * @returns {Promise<{ pairs: Pair<E>[], cut: boolean }>} `cut` is true where there are more.
 */
export async function sharedEntries(left, right, most) {
  /** @type {Pair<E>[]} */
  const pairs = [];
  const folders = new Set([...left.groupOfFolder.keys(), ...right.groupOfFolder.keys()]);
  for (const folder of folders) {
    const [ours, theirs] = await Promise.all(
      [left, right].map((trace) => {
        const group = trace.groupOfFolder.get(folder);
        return group === undefined ? [] : trace.entriesOf(group);
      }),
    );
    const rest = new Set(theirs.filter((entry) => !entry.isLink));
    for (const entry of ours.filter((one) => !one.isLink)) {
      if (pairs.length === most) {
        return { pairs, cut: true };
      }
      const other = counterpart(entry, ours, [...rest]);
      if (other !== null) {
        rest.delete(other);
      }
      pairs.push([entry, other]);
    }
    for (const entry of rest) {
      if (pairs.length === most) {
        return { pairs, cut: true };
      }
      pairs.push([null, entry]);
    }
  }
  return { pairs, cut: false };
}

/**
 * How the sizes of a pair compare.
 *
 * @param {Pair<Pick<Entry, "bytes" | "lines">>} pair
 */
export function verdictOf([left, right]) {
  if (left === null || right === null) {
    return "only in one";
  }
  return left.bytes === right.bytes && left.lines === right.lines ? "same size" : "differs";
}
