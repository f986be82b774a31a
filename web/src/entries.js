/* How an entry is described and addressed.  No DOM. */

/** @import { Entry, Group } from "./trace.js" */

import { entryAddress } from "./addresses.js";
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

/** @param {Pick<Entry, "name" | "type" | "isCode">} entry */
export function languageOf(entry) {
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
