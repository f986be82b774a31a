/* How an entry is described and addressed.  No DOM. */

/** @import { Entry, Group } from "./trace.js" */

import { entryAddress } from "./addresses.js";
import { formatSize, plural, printable } from "./text.js";

/**
 * Lines of JSON are those of the file, which the run has formatted again: they say little.
 *
 * @param {Pick<Entry, "name" | "lines" | "textBytes">} entry
 */
export const entrySize = (entry) => {
  const count = entry.lines ?? 0;
  const lines = count > 0 && !entry.name.endsWith(".json") ? `${plural(count, "line")} · ` : "";
  return lines + formatSize(entry.textBytes ?? 0);
};

/**
 * Which subgraph an entry is of, and which process logged it where a trace has several; may be empty.
 *
 * @param {Pick<Entry, "subgraph" | "process">} entry
 */
export const entryContext = (entry) =>
  [entry.subgraph ? printable(entry.subgraph) : "", entry.process ? `process ${entry.process}` : ""]
    .filter(Boolean)
    .join(" · ");

/** @param {Pick<Entry, "name" | "lines" | "textBytes" | "rank" | "subgraph" | "process">} entry */
export const entryMeta = (entry) => {
  const rank = entry.rank === null ? "" : `rank ${entry.rank}`;
  return [rank, entryContext(entry), entrySize(entry)].filter(Boolean).join(" · ");
};

/** @param {Entry} entry */
export const hrefOf = (entry) => entryAddress(entry.id);

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

/** @param {Pick<Entry, "name" | "type" | "isCode"> & { language?: string | null }} entry */
export function languageOf(entry) {
  if (entry.language) {
    return entry.language;
  }
  const code = entry.isCode || entry.type === "dump_file" || /graph|runnable|_code/.test(entry.name);
  return code && !/metadata/.test(entry.name) ? "python" : null;
}

// What tells two artifacts apart stands at the end of a name.
const NAME_END = /(?:_\d{1,6})?\.[a-z]{1,8}$/;

/**
 * A name in two parts, of which the first gives way where there is no room; the second may be empty.
 *
 * @param {string} name
 */
export function splitName(name) {
  const at = name.search(NAME_END);
  return at <= 0 ? [name, ""] : [name.slice(0, at), name.slice(at)];
}
