/* Loading the text of an entry: from its pack, or from its file where the page may read files. */

/** @import { Entry, Trace } from "./trace.js" */

import { decoded } from "./bytes.js";
import { loadData } from "./data-files.js";
import { el, notice } from "./dom.js";
import { Packs, placeInPack } from "./packs.js";
import { formatSize, messageOf } from "./text.js";

const KEPT_PACKS = 8;
const MAX_TEXT_BYTES = 64 << 20;
/**
 * What must be known of an entry to load its text.
 *
 * @typedef {Pick<Entry, "base" | "url" | "lazy_loader">
 *   & Partial<Pick<Entry, "textUrl" | "textBytes" | "language">>
 *   & { trace?: Pick<Trace, "opened"> }} Loaded
 */

const packs = new Packs(loadData, KEPT_PACKS);
/** @type {WeakMap<HTMLElement, object>} */
const turns = new WeakMap();

/**
 * What a lazy output keeps in files is too large for a pack, or no graph or code.
 *
 * @param {Loaded} entry
 */
export const howToRead = (entry) =>
  "A page opened from a disk may not read the files beside it. To have the text here, open the report through " +
  `artifact-stream serve OUT or any web host${entry.trace?.opened?.lazy ? "" : ", or make it with run --lazy"}.`;

export class Unreadable extends Error {}

/** @param {Loaded} entry */
async function packedText(entry) {
  const { path, name, position } = placeInPack(entry.url);
  return packs.text(new URL((entry.base ?? "") + path, document.baseURI).href, name, position);
}

/** @param {Loaded} entry */
async function fetchedText(entry) {
  const bytes = entry.textBytes ?? 0;
  if (bytes > MAX_TEXT_BYTES) {
    throw new Unreadable(`It has ${formatSize(bytes)}, too much to be shown here: open the file itself.`);
  }
  const url = entry.base + (entry.textUrl ?? entry.url);
  let answer;
  try {
    answer = await fetch(url);
  } catch {
    throw new Error(`${url} cannot be loaded: is the server still there?`);
  }
  if (!answer.ok) {
    throw new Error(`${url} cannot be loaded: the server says ${answer.status}.`);
  }
  return decoded(new Uint8Array(await answer.arrayBuffer()));
}

/** @param {Loaded} entry */
export const canRead = (entry) => Boolean(entry.lazy_loader) || location.protocol !== "file:";

/**
 * The text of an entry; rejects with `Unreadable` where only the file itself can be opened.
 *
 * @param {Loaded} entry
 */
export const textOf = async (entry) => {
  if (entry.lazy_loader) {
    return packedText(entry);
  }
  if (location.protocol === "file:") {
    throw new Unreadable(howToRead(entry));
  }
  return fetchedText(entry);
};

/**
 * Runs `show` with the text of an entry, with a sign while it loads and a message if it fails.
 *
 * @template V
 * @param {HTMLElement} container
 * @param {Loaded} entry
 * @param {(text: string) => V} show
 * @returns {Promise<V | null>} What `show` has given; null where there was nothing to show.
 */
export const withText = async (container, entry, show) => {
  const turn = {};
  turns.set(container, turn);
  container.replaceChildren(el("p", { class: "loading", role: "status", text: "Loading…" }));
  try {
    const text = await textOf(entry);
    if (turns.get(container) === turn) {
      return show(text);
    }
  } catch (error) {
    if (turns.get(container) === turn) {
      container.replaceChildren(notice(messageOf(error), error instanceof Unreadable ? "notice" : "alarm"));
    }
  }
  return null;
};
