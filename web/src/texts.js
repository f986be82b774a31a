/* Loading the text of an entry: from its pack, or from its file where the page may read files. */

import { decoded } from "./bytes.js";
import { showCode } from "./code-view.js";
import { loadData } from "./data-files.js";
import { el, notice } from "./dom.js";
import { formatSize, printable } from "./text.js";

const KEPT_PACKS = 8;
const MAX_TEXT_BYTES = 64 << 20;
const packs = new Map();
const turns = new WeakMap();

// What a lazy output keeps in files is too large for a pack, or no graph or code.
export const howToRead = (entry) =>
  "A page opened from a disk may not read the files beside it. To have the text here, open the report through " +
  `artifact-stream serve OUT or any web host${entry.trace?.head?.lazy ? "" : ", or make it with run --lazy"}.`;

export class Unreadable extends Error {}

function loadPack(url, name) {
  const kept = packs.get(url);
  packs.delete(url);
  const loading =
    kept ??
    loadData(url, "pack").then(([own, texts]) => {
      if (own !== name || !Array.isArray(texts)) {
        throw new Error(`${url} is there but damaged: it is not pack ${name}.`);
      }
      return texts;
    });
  packs.set(url, loading);
  loading.catch(() => packs.delete(url));
  if (packs.size > KEPT_PACKS) {
    packs.delete(packs.keys().next().value);
  }
  return loading;
}

async function packedText(entry) {
  const match = /^(packs\/([\w-]+)\.js)#(\d+)$/.exec(entry.url);
  if (match === null) {
    throw new Error(`The index names no place in a pack: ${printable(entry.url.slice(0, 200))}`);
  }
  const [, path, name, position] = match;
  const texts = await loadPack(new URL((entry.base ?? "") + path, document.baseURI).href, name);
  const text = texts[Number(position)];
  if (typeof text !== "string") {
    throw new Error(`Pack ${name} holds no entry ${position}: it has ${texts.length}.`);
  }
  return text;
}

async function fetchedText(entry) {
  if (entry.textBytes > MAX_TEXT_BYTES) {
    throw new Unreadable(`It has ${formatSize(entry.textBytes)}, too much to be shown here: open the file itself.`);
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

export const canRead = (entry) => Boolean(entry.lazy_loader) || location.protocol !== "file:";

// The text of an entry; rejects with `Unreadable` where only the file itself can be opened.
export const textOf = async (entry) => {
  if (entry.lazy_loader) {
    return packedText(entry);
  }
  if (location.protocol === "file:") {
    throw new Unreadable(howToRead(entry));
  }
  return fetchedText(entry);
};

// Runs `show` with the text of an entry, with a sign while it loads and a message if it fails.
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
      container.replaceChildren(notice(error.message, error instanceof Unreadable ? "notice" : "alarm"));
    }
  }
  return null;
};

// Shows the payload of a graph or of code, as it is.
export function renderCode(container, entry, options = {}) {
  return withText(container, entry, (text) =>
    showCode(container, text, { language: "python", ...options }),
  );
}

// What the index names in `lazy_loader`: they take a container and an entry.
window.loader = { renderGraph: renderCode, renderInductorCode: renderCode };
