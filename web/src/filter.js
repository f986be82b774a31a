/* The filter: every word must be in a name, a type or a compile id.  No DOM. */

/** @import { Trace } from "./trace.js" */

import { ROW, ROW_MORE } from "./shapes.js";
import { breathe } from "./timing.js";

const SLICE_MS = 12;

/**
 * The rows that match, as numbers; a compile id before its rows as -1 - its number.
 * Ends early, with null, once `isCurrent()` is false.
 *
 * @param {Trace} trace
 * @param {string} query
 * @param {() => boolean} isCurrent
 * @param {(found: number[], matches: number, share: number) => void} onprogress
 */
export const search = async (trace, query, isCurrent, onprogress) => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const size = trace.head.shard_rows;
  /** @type {number[]} */
  const found = [];
  let matches = 0;
  let sliceStart = performance.now();
  await trace.outline;
  for (const group of trace.groups) {
    const text = (group.text ??= `${group.shown} ${group.key}`.toLowerCase());
    const rest = words.filter((word) => !text.includes(word));
    const before = found.length;
    for (let number = group.start; number < group.start + group.count; ) {
      const index = Math.floor(number / size);
      const shard = trace.shards[index] ?? (await trace.shard(index));
      // What the trace calls an artifact is looked for too: a word holds no line break.
      const names = (shard.lower ??= shard.rows.map((row) => {
        const original = row[ROW.more]?.[ROW_MORE.original_name];
        return (original ? `${row[ROW.name]}\n${original}` : row[ROW.name]).toLowerCase();
      }));
      const types = (shard.typesLower ??= shard.types.map((type) => type.toLowerCase()));
      const end = Math.min(group.start + group.count, (index + 1) * size);
      for (; number < end; number += 1) {
        const at = number % size;
        const name = names[at];
        const type = types[shard.rows[at][ROW.type]];
        if (rest.every((word) => name.includes(word) || type.includes(word))) {
          if (found.length === before) {
            found.push(-1 - group.number);
          }
          found.push(number);
          matches += 1;
        }
      }
      if (performance.now() - sliceStart > SLICE_MS) {
        onprogress(found, matches, number / trace.head.rows);
        await breathe();
        sliceStart = performance.now();
      }
      if (!isCurrent()) {
        return null;
      }
    }
  }
  return { found, matches };
};
