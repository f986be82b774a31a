/* How an entry is described and addressed.  No DOM. */

/** @import { LineRange } from "./code-lines.js" */
/** @import { Entry, Group } from "./trace.js" */

import { formatSize, plural, printable } from "./text.js";

/**
 * Lines of JSON are those of the file, which the run has laid out anew: they say little.
 *
 * @param {Pick<Entry, "name" | "lines" | "textBytes">} entry
 */
export const entrySize = (entry) => {
  const count = entry.lines ?? 0;
  const lines = count > 0 && !entry.name.endsWith(".json") ? `${plural(count, "line")} · ` : "";
  return lines + formatSize(entry.textBytes ?? 0);
};

/** @param {Pick<Entry, "name" | "lines" | "textBytes" | "rank">} entry */
export const entryMeta = (entry) => {
  const rank = entry.rank === null ? "" : `rank ${entry.rank} · `;
  return rank + entrySize(entry);
};

/** @param {Entry} entry */
export const hrefOf = (entry) => `#/${entry.id}`;

/**
 * What a comparison is called in the title of the page.
 *
 * @param {(Pick<Entry, "base" | "name"> & { group: Pick<Group, "shown"> })[]} entries
 */
export const compareTitle = (...entries) =>
  entries
    .map(({ base, group, name }) => `${decodeURIComponent(base)} ${printable(group.shown)} ${printable(name)}`.trim())
    .join(" ↔ ");

/** @param {Entry} entry */
export const isPage = (entry) => entry.url.endsWith(".html");
/** @param {Entry} entry */
export const isJson = (entry) => entry.name.endsWith(".json");

/** @param {Pick<Entry, "name" | "type" | "isCode">} entry */
export function languageOf(entry) {
  const code = entry.isCode || entry.type === "dump_file" || /graph|runnable|_code/.test(entry.name);
  return code && !/metadata/.test(entry.name) ? "python" : null;
}

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
