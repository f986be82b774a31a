/* How an entry is described and addressed.  No DOM. */

import { formatSize, plural, printable } from "./text.js";

// Lines of JSON are those of the file, which the run has laid out anew: they say little.
export const entrySize = (entry) => {
  const lines = entry.lines > 0 && !entry.name.endsWith(".json") ? `${plural(entry.lines, "line")} · ` : "";
  return lines + formatSize(entry.textBytes);
};

export const entryMeta = (entry) => {
  const rank = entry.rank === null ? "" : `rank ${entry.rank} · `;
  return rank + entrySize(entry);
};

export const hrefOf = (entry) => `#/${entry.id}`;

// What a comparison is called in the title of the page.
export const compareTitle = (...entries) =>
  entries
    .map(({ base, group, name }) => `${decodeURIComponent(base)} ${printable(group.shown)} ${printable(name)}`.trim())
    .join(" ↔ ");

export const isPage = (entry) => entry.url.endsWith(".html");
export const isJson = (entry) => entry.name.endsWith(".json");

export function languageOf(entry) {
  const code = entry.isCode || entry.type === "dump_file" || /graph|runnable|_code/.test(entry.name);
  return code && !/metadata/.test(entry.name) ? "python" : null;
}

// Lines as they are asked for, the first one first. Numbers of any length: what there is, is not
// known here.
export const lineRange = (first, last = first) => ({
  first: Math.min(Number(first), Number(last)),
  last: Math.max(Number(first), Number(last)),
});
