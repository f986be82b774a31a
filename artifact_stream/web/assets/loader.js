/* Loading the text of an entry: from its pack, or from its file where the page may read files.

   `loader.renderGraph` and `loader.renderInductorCode` are what the index names in `lazy_loader`: they
   take a container and an entry (`url` as in the index, `base` if the trace has a folder of its
   own) and show the payload as it is. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const KEPT_PACKS = 8;
  const MAX_TEXT_BYTES = 64 << 20;
  const PART_UNITS = 0x4000;
  const packs = new Map();
  const turns = new WeakMap();

  // What a lazy output keeps in files is too large for a pack, or no graph or code.
  const howToRead = (entry) =>
    "A page opened from a disk may not read the files beside it. To have the text here, open the report through " +
    `artifact-stream serve OUT or any web host${entry.trace?.head?.lazy ? "" : ", or make it with run --lazy"}.`;

  class Unreadable extends Error {}

  function loadPack(url, name) {
    const kept = packs.get(url);
    packs.delete(url);
    const loading =
      kept ??
      app.loadData(url, "pack").then(([own, texts]) => {
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
      throw new Error(`The index names no place in a pack: ${app.printable(entry.url.slice(0, 200))}`);
    }
    const [, path, name, position] = match;
    const texts = await loadPack(new URL((entry.base ?? "") + path, document.baseURI).href, name);
    const text = texts[Number(position)];
    if (typeof text !== "string") {
      throw new Error(`Pack ${name} holds no entry ${position}: it has ${texts.length}.`);
    }
    return text;
  }

  // A file's bytes as packs hold them: what is no UTF-8 stands as \udc80 to \udcff, so that two texts
  // that differ in such bytes alone differ.
  function decoded(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return escaped(bytes);
    }
  }

  function escaped(bytes) {
    const units = new Uint16Array(bytes.length);
    let used = 0;
    for (let at = 0; at < bytes.length; ) {
      const length = characterLength(bytes, at);
      if (length <= 1) {
        units[used++] = length === 1 ? bytes[at] : 0xdc00 + bytes[at];
        at += 1;
        continue;
      }
      let code = bytes[at] & (0x7f >> length);
      for (const end = at + length; ++at < end; ) {
        code = (code << 6) | (bytes[at] & 0x3f);
      }
      if (code > 0xffff) {
        units[used++] = 0xd7c0 + (code >> 10);
        code = 0xdc00 + (code & 0x3ff);
      }
      units[used++] = code;
    }
    const parts = [];
    for (let start = 0; start < used; start += PART_UNITS) {
      parts.push(String.fromCharCode(...units.subarray(start, Math.min(used, start + PART_UNITS))));
    }
    return parts.join("");
  }

  // How many bytes the character has that begins there; 0 if none does.
  function characterLength(bytes, at) {
    const first = bytes[at];
    const second = bytes[at + 1];
    if (first < 0x80) {
      return 1;
    }
    const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    // No longer forms than needed, no half characters, nothing beyond U+10FFFF.
    const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (length === 0 || !(second >= low && second <= high)) {
      return 0;
    }
    for (let next = at + 2; next < at + length; next += 1) {
      if ((bytes[next] & 0xc0) !== 0x80) {
        return 0;
      }
    }
    return length;
  }

  async function fetchedText(entry) {
    if (entry.textBytes > MAX_TEXT_BYTES) {
      throw new Unreadable(`It has ${app.size(entry.textBytes)}, too much to be shown here: open the file itself.`);
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

  app.Unreadable = Unreadable;
  app.howToRead = howToRead;
  app.canRead = (entry) => Boolean(entry.lazy_loader) || location.protocol !== "file:";

  // The text of an entry; rejects with `Unreadable` where only the file itself can be opened.
  app.textOf = async (entry) => {
    if (entry.lazy_loader) {
      return packedText(entry);
    }
    if (location.protocol === "file:") {
      throw new Unreadable(howToRead(entry));
    }
    return fetchedText(entry);
  };

  // Runs `show` with the text of an entry, with a sign while it loads and a message if it fails.
  app.withText = async (container, entry, show) => {
    const turn = {};
    turns.set(container, turn);
    container.replaceChildren(app.el("p", { class: "loading", role: "status", text: "Loading…" }));
    try {
      const text = await app.textOf(entry);
      if (turns.get(container) === turn) {
        return show(text);
      }
    } catch (error) {
      if (turns.get(container) === turn) {
        container.replaceChildren(app.notice(error.message, error instanceof Unreadable ? "notice" : "alarm"));
      }
    }
    return null;
  };

  function renderCode(container, entry, options = {}) {
    return app.withText(container, entry, (text) =>
      app.showCode(container, text, { language: "python", ...options }),
    );
  }

  window.loader = { renderGraph: renderCode, renderInductorCode: renderCode };
})();
