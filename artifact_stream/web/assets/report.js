/* Made of web/src by `make web`: do not edit. */
"use strict";
(() => {
  // src/shapes.js
  var OUTLINE_LINE = (
    /** @type {const} */
    { key: 0, shown: 1, folder: 2, bytes: 3, kinds: 4 }
  );
  var ROW_MORE = (
    /** @type {const} */
    { url: "u", web: "w", flags: "f", loader: "z", text_url: "t", text_bytes: "b", original_name: "o", subgraph_name: "s", process: "p", language: "l" }
  );
  var ROW = (
    /** @type {const} */
    { name: 0, type: 1, bytes: 2, lines: 3, line: 4, rank: 5, more: 6 }
  );
  var ROWS_CALL = (
    /** @type {const} */
    { rows: 0, types: 1, flags: 2 }
  );
  var PLACE = (
    /** @type {const} */
    { shown: 0, id: 1, name: 2 }
  );
  var PROBLEM_EXAMPLE = (
    /** @type {const} */
    { source: 0, line: 1, message: 2, excerpt: 3 }
  );
  var SIZED_PLACE = (
    /** @type {const} */
    { shown: 0, id: 1, name: 2, bytes: 3 }
  );
  var PACK_CALL = (
    /** @type {const} */
    { name: 0, texts: 1 }
  );
  var REPORT_VERSION = 1;
  var DATA_FUNCTIONS = (
    /** @type {const} */
    ["head", "outline", "rows", "worth", "traces", "pack"]
  );
  var LOADERS = (
    /** @type {const} */
    ["loader.renderGraph", "loader.renderInductorCode"]
  );
  var HEAD_FILE = "report/head.js";
  var WORTH_FILE = "report/worth.js";
  var TRACES_FILE = "report/traces.js";
  var INDEX_PAGE = "index.html";
  var outlineFile = (number) => `report/outline-${number}.js`;
  var rowsFile = (number) => `report/rows-${number}.js`;

  // src/data-files.js
  var waiting = /* @__PURE__ */ new WeakMap();
  var receiver = (kind) => (...values) => {
    const script = document.currentScript;
    if (script !== null) {
      waiting.get(script)?.(kind, values);
    }
  };
  var receivers = (
    /** @type {Receivers} */
    Object.fromEntries(DATA_FUNCTIONS.map((kind) => [kind, receiver(kind)]))
  );
  var loadData = (url, kind) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    let received = null;
    waiting.set(script, (sent, values) => {
      if (sent === kind) {
        received = /** @type {DataFiles[K]} */
        values;
      }
    });
    script.onload = () => {
      script.remove();
      if (received === null) {
        reject(new Error(`${url} is there but damaged: it holds no ${kind}.`));
      } else {
        resolve(received);
      }
    };
    script.onerror = () => {
      script.remove();
      reject(new Error(`${url} is missing or cannot be read.`));
    };
    script.src = url;
    document.head.append(script);
  });

  // src/dom.js
  var ASSETS_URL = new URL(
    ".",
    /** @type {HTMLScriptElement} */
    document.currentScript.src
  ).href;
  var libraries = /* @__PURE__ */ new Map();
  var el = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === void 0 || value === false) {
        continue;
      }
      if (typeof value === "function") {
        element.addEventListener(name.slice(2), value);
      } else if (name === "text") {
        element.textContent = String(value);
      } else {
        element.setAttribute(name, value === true ? "" : String(value));
      }
    }
    element.append(...children.filter((child) => child !== null && child !== void 0));
    return element;
  };
  var byId = (id) => {
    const found = document.getElementById(id);
    if (found === null) {
      throw new Error(`The page has no element ${id}.`);
    }
    return found;
  };
  var firstElement = (selector, parent = document) => {
    const found = parent.querySelector(selector);
    if (found === null) {
      throw new Error(`The page has no element ${selector}.`);
    }
    return found;
  };
  var elementOf = ({ target }) => target instanceof Element ? target : null;
  var makeButton = (text, onclick, properties = {}) => el("button", { type: "button", class: "button", text, onclick, ...properties });
  var copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = el("textarea", { class: "clipboard", readonly: true });
      area.value = text;
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
  };
  var library = (file, name) => {
    const known2 = (
      /** @type {Promise<Libraries[K]> | undefined} */
      libraries.get(file)
    );
    if (known2 !== void 0) {
      return known2;
    }
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = ASSETS_URL + file;
      script.onload = () => {
        const made = (
          /** @type {Partial<Libraries>} */
          window[name]
        );
        if (made === void 0) {
          reject(new Error(`${file} is there but damaged`));
        } else {
          resolve(made);
        }
      };
      script.onerror = () => reject(new Error(`${file} cannot be loaded`));
      document.head.append(script);
    });
    libraries.set(file, loading);
    return loading;
  };
  var notice = (text, kind = "notice") => el("p", { class: kind, role: kind === "alarm" ? "alert" : "note", text });
  var announce = (text) => {
    const place = document.getElementById("announcement");
    if (place !== null) {
      place.textContent = text;
    }
  };

  // src/kernels.js
  function lineStarts(text) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      starts.push(at + 1);
    }
    if (starts.length > 1 && starts.at(-1) === text.length) {
      starts.pop();
    }
    return starts;
  }
  function languageOfKernel(before, body) {
    if (/#include|extern "C"|\bint main\b/.test(body)) {
      return "cpp";
    }
    return /triton\(|@triton|import triton/.test(before + body) ? "python" : null;
  }
  function kernelsOf(text) {
    const kernels = [];
    let open = null;
    for (const match of text.matchAll(/'''|"""/g)) {
      if (open === null) {
        const line = text.slice(text.lastIndexOf("\n", match.index) + 1, match.index);
        if (!line.trimStart().startsWith("#")) {
          open = { quote: match[0], start: match.index + 3, before: line };
        }
      } else if (match[0] === open.quote) {
        const head = text.slice(open.start, Math.min(match.index, open.start + 4e3));
        const language = languageOfKernel(open.before, head);
        kernels.push({ start: open.start, end: match.index, language });
        open = null;
      }
    }
    return kernels;
  }
  function pieces(start2, end, kernels, language) {
    const found = [];
    let at = start2;
    for (const kernel of kernels) {
      if (kernel.end <= at || kernel.start >= end) {
        continue;
      }
      if (kernel.start > at) {
        found.push({ start: at, end: kernel.start, language });
      }
      const inside = Math.max(kernel.start, at);
      at = Math.min(kernel.end, end);
      found.push({ start: inside, end: at, language: kernel.language });
    }
    if (at < end) {
      found.push({ start: at, end, language });
    }
    return found;
  }
  function gutter(first, last) {
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset).join("\n");
  }

  // src/text.js
  var messageOf = (error) => error instanceof Error ? error.message : String(error);
  var formatCount = (number) => number.toLocaleString("en-US");
  var plural = (number, one, many = `${one}s`) => `${formatCount(number)} ${number === 1 ? one : many}`;
  var formatSize = (bytes) => {
    if (bytes < 1024) {
      return `${bytes} B`;
    }
    let value = bytes / 1024;
    for (const unit of ["KiB", "MiB", "GiB"]) {
      if (value < 1023.95) {
        return `${value.toFixed(1)} ${unit}`;
      }
      value /= 1024;
    }
    return `${value.toFixed(1)} TiB`;
  };
  var INVISIBLE = (
    // eslint-disable-next-line no-control-regex
    /[\u{16fe4}\u0000-\u0008\u000a-\u001f\u007f-\u009f\p{DI}\u2028-\u202e\ufff9-\ufffb\u{13430}-\u{1343f}\u2800\u{1d159}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu
  );
  var printable = (text) => text.replace(INVISIBLE, "�");
  var wellFormed = (text) => text.replace(/[\ud800-\udfff]/gu, "�");

  // src/code-view.js
  var CHUNK_LINES = 200;
  var SHOWN_CHARS = 2e7;
  var COLOUR_CHARS = 2e5;
  var MARGIN = "400px 0px";
  function coloured(hljs, text, language) {
    if (language === null || hljs.getLanguage(language) === void 0) {
      return el("span", { class: "hljs-string", text });
    }
    const template = document.createElement("template");
    template.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
    return template.content.textContent === text ? template.content : text;
  }
  var showCode = (container, payload, { language = null, onmark = null } = {}) => {
    const whole = wellFormed(payload);
    const text = whole.length > SHOWN_CHARS ? whole.slice(0, SHOWN_CHARS) : whole;
    const starts = lineStarts(text);
    const kernels = language === "python" ? kernelsOf(text) : [];
    const code = el("code");
    const scroller = el(
      "pre",
      { class: "code numbered", tabindex: "0", role: "region", "aria-label": "Text of the artifact" },
      code
    );
    const chunks = /* @__PURE__ */ new Map();
    for (let line = 0; line < starts.length; line += CHUNK_LINES) {
      const next = Math.min(line + CHUNK_LINES, starts.length);
      const start2 = starts[line];
      const end = next < starts.length ? starts[next] : text.length;
      const body = el("span", { class: "chunk-text", text: text.slice(start2, end) });
      const chunk = el("span", { class: "chunk", "data-numbers": gutter(line + 1, next) }, body);
      chunk.style.setProperty("--lines", String(next - line));
      chunks.set(chunk, { body, firstLine: line + 1, start: start2, end });
    }
    code.append(...chunks.keys());
    code.style.setProperty("--digits", String(Math.max(3, String(starts.length).length)));
    const band = el("span", { class: "band", hidden: true, "aria-hidden": "true" });
    code.append(band);
    container.replaceChildren(
      ...text.length < whole.length ? [notice(`Only the first ${formatSize(SHOWN_CHARS)} are shown: download it to see all.`)] : [],
      scroller
    );
    let marked = null;
    const mark = (first, last, { scroll = true } = {}) => {
      if (first === null || first > starts.length) {
        band.hidden = true;
        marked = null;
        return;
      }
      const end = Math.min(last ?? first, starts.length);
      marked = { first, last: end };
      band.hidden = false;
      band.style.setProperty("--first", String(first));
      band.style.setProperty("--count", String(end - first + 1));
      if (scroll) {
        const height = parseFloat(getComputedStyle(scroller).lineHeight);
        scroller.scrollTop = Math.max(0, (first - 1) * height - scroller.clientHeight * 0.3);
      }
    };
    scroller.addEventListener("click", (event) => {
      const element = elementOf(event);
      const chunk = element === null ? void 0 : chunks.get(element);
      if (element === null || chunk === void 0) {
        return;
      }
      const height = parseFloat(getComputedStyle(scroller).lineHeight);
      const offset = Math.floor((event.clientY - element.getBoundingClientRect().top) / height);
      const clicked = Math.min(chunk.firstLine + Math.max(0, offset), starts.length);
      const pivot = event.shiftKey ? marked?.first ?? clicked : clicked;
      mark(Math.min(pivot, clicked), Math.max(pivot, clicked), { scroll: false });
      onmark?.(marked);
    });
    if (language !== null) {
      const colour = (chunk, hljs) => {
        if (chunk === void 0) {
          return;
        }
        const { body, start: start2, end } = chunk;
        if (end - start2 <= COLOUR_CHARS) {
          body.replaceChildren(
            ...pieces(start2, end, kernels, language).map(
              (piece) => coloured(hljs, text.slice(piece.start, piece.end), piece.language)
            )
          );
        }
      };
      const observer = new IntersectionObserver(
        (entries) => {
          const near = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
          near.forEach((element) => observer.unobserve(element));
          if (near.length > 0) {
            library("highlight.min.js", "hljs").then(
              (hljs) => near.forEach((element) => colour(chunks.get(element), hljs)),
              () => observer.disconnect()
            );
          }
        },
        { root: scroller, rootMargin: MARGIN }
      );
      for (const element of chunks.keys()) {
        observer.observe(element);
      }
    }
    return { lineCount: starts.length, mark };
  };

  // src/bytes.js
  var PART_UNITS = 16384;
  var bytesOf = (text) => {
    const encoder = new TextEncoder();
    const parts = [];
    let done = 0;
    for (const match of text.matchAll(/[\udc80-\udcff]/gu)) {
      parts.push(encoder.encode(text.slice(done, match.index)));
      parts.push(Uint8Array.of(match[0].charCodeAt(0) - 56320));
      done = match.index + 1;
    }
    parts.push(encoder.encode(text.slice(done)));
    return parts;
  };
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
        units[used++] = length === 1 ? bytes[at] : 56320 + bytes[at];
        at += 1;
        continue;
      }
      let code = bytes[at] & 127 >> length;
      for (const end = at + length; ++at < end; ) {
        code = code << 6 | bytes[at] & 63;
      }
      if (code > 65535) {
        units[used++] = 55232 + (code >> 10);
        code = 56320 + (code & 1023);
      }
      units[used++] = code;
    }
    const parts = [];
    for (let start2 = 0; start2 < used; start2 += PART_UNITS) {
      parts.push(String.fromCharCode(...units.subarray(start2, Math.min(used, start2 + PART_UNITS))));
    }
    return parts.join("");
  }
  function characterLength(bytes, at) {
    const first = bytes[at];
    const second = bytes[at + 1];
    if (first < 128) {
      return 1;
    }
    const length = first < 194 ? 0 : first < 224 ? 2 : first < 240 ? 3 : first < 245 ? 4 : 0;
    const low = first === 224 ? 160 : first === 240 ? 144 : 128;
    const high = first === 237 ? 159 : first === 244 ? 143 : 191;
    if (length === 0 || !(second >= low && second <= high)) {
      return 0;
    }
    for (let next = at + 2; next < at + length; next += 1) {
      if ((bytes[next] & 192) !== 128) {
        return 0;
      }
    }
    return length;
  }

  // src/packs.js
  var PLACE2 = /^(packs\/([\w-]+)\.js)#(\d+)$/;
  function placeInPack(url) {
    const match = PLACE2.exec(url);
    if (match === null) {
      throw new Error(`The index names no place in a pack: ${printable(url.slice(0, 200))}`);
    }
    const [, path, name, position] = match;
    return { path, name, position: Number(position) };
  }
  var Packs = class {
    /**
     * @param {Load} load
     * @param {number} kept How many.
     */
    constructor(load, kept) {
      this.load = load;
      this.kept = kept;
      this.texts = /* @__PURE__ */ new Map();
    }
    /**
     * The text in a place of a pack.
     *
     * @param {string} url The pack's.
     * @param {string} name What it calls itself.
     * @param {number} position From 0.
     */
    async text(url, name, position) {
      const texts = await this.pack(url, name);
      const text = texts[position];
      if (typeof text !== "string") {
        throw new Error(`Pack ${name} holds no entry ${position}: it has ${texts.length}.`);
      }
      return text;
    }
    /**
     * @param {string} url
     * @param {string} name
     */
    pack(url, name) {
      const loading = this.texts.get(url) ?? this.loaded(url, name);
      this.texts.delete(url);
      this.texts.set(url, loading);
      loading.catch(() => this.texts.delete(url));
      const [oldest] = this.texts.keys();
      if (this.texts.size > this.kept) {
        this.texts.delete(oldest);
      }
      return loading;
    }
    /**
     * @param {string} url
     * @param {string} name
     */
    async loaded(url, name) {
      const call = await this.load(url, "pack");
      const texts = call[PACK_CALL.texts];
      if (call[PACK_CALL.name] !== name || !Array.isArray(texts)) {
        throw new Error(`${url} is there but damaged: it is not pack ${name}.`);
      }
      return texts;
    }
  };

  // src/texts.js
  var KEPT_PACKS = 8;
  var MAX_TEXT_BYTES = 64 << 20;
  var packs = new Packs(loadData, KEPT_PACKS);
  var turns = /* @__PURE__ */ new WeakMap();
  var howToRead = (entry) => `A page opened from a disk may not read the files beside it. To have the text here, open the report through artifact-stream serve OUT or any web host${entry.trace?.opened?.lazy ? "" : ", or make it with run --lazy"}.`;
  var Unreadable = class extends Error {
  };
  async function packedText(entry) {
    const { path, name, position } = placeInPack(entry.url);
    return packs.text(new URL((entry.base ?? "") + path, document.baseURI).href, name, position);
  }
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
  var canRead = (entry) => Boolean(entry.lazy_loader) || location.protocol !== "file:";
  var textOf = async (entry) => {
    if (entry.lazy_loader) {
      return packedText(entry);
    }
    if (location.protocol === "file:") {
      throw new Unreadable(howToRead(entry));
    }
    return fetchedText(entry);
  };
  var withText = async (container, entry, show) => {
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

  // src/loaders.js
  var renderCode = (container, entry, options = {}) => withText(container, entry, (text) => showCode(container, text, { language: entry.language ?? "python", ...options }));
  var known = new Map(LOADERS.map((name) => [
    /** @type {string} */
    name,
    renderCode
  ]));
  var loaderNamed = (name) => name === null ? null : known.get(name) ?? null;
  var loaders = { loader: {} };
  for (const [name, show] of known) {
    loaders.loader[name.replace(/^loader\./, "")] = show;
  }

  // src/theme-choice.js
  var KEY = "artifact-stream-theme";
  var ORDER = ["auto", "light", "dark"];
  function store(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
    }
  }
  function applyTheme(theme) {
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
  }
  var currentTheme = () => document.documentElement.dataset.theme ?? "auto";
  function chooseNextTheme() {
    const theme = ORDER[(ORDER.indexOf(currentTheme()) + 1) % ORDER.length];
    store(theme);
    applyTheme(theme);
    const frames = document.querySelectorAll("iframe.frame");
    for (const frame2 of frames) {
      frame2.name = `theme-${theme}`;
      frame2.contentWindow?.postMessage({ theme }, "*");
    }
  }

  // src/addresses.js
  var lineRange = (first, last = first) => ({
    first: Math.min(Number(first), Number(last)),
    last: Math.max(Number(first), Number(last))
  });
  function writtenLines(text) {
    const match = /^\s*L?(\d+)(?:\s*-\s*L?(\d+))?\s*$/i.exec(text);
    return match === null ? null : lineRange(match[1], match[2]);
  }
  function canonical(text) {
    try {
      return decodeURIComponent(text).split("/").map(encodeURIComponent).join("/");
    } catch {
      return text;
    }
  }
  function traceAddress(hash) {
    const compare = /^#compare(?:=|%3[Dd])([^&]+)&([^&]+)$/.exec(hash) ?? /^#compare(?:=|%3[Dd])([^&]+?)%26([^&]+)$/.exec(hash);
    if (compare !== null) {
      return { kind: "compare", left: canonical(compare[1]), right: canonical(compare[2]) };
    }
    const one = /^#(?:\/|%2[Ff])(.*?)(?:(?::|%3[Aa])L(\d+)(?:(?:-|%2[Dd])L?(\d+))?)?$/.exec(hash);
    if (one === null) {
      return { kind: "home" };
    }
    const id = canonical(one[1]);
    if (id.endsWith("/")) {
      return { kind: "group", folder: id };
    }
    return { kind: "entry", id, lines: one[2] === void 0 ? null : lineRange(one[2], one[3]) };
  }
  function entryAddress(id, lines = null) {
    if (lines === null) {
      return `#/${id}`;
    }
    return `#/${id}:L${lines.first}${lines.last > lines.first ? `-L${lines.last}` : ""}`;
  }
  var compareAddress = (left, right) => `#compare=${left}&${right}`;
  function tracesAddress(hash) {
    const [, verb, rest = ""] = /^#(compare|ranks|others)(?:=|%3[Dd])(.*)$/.exec(hash) ?? [];
    if (verb === "compare" || verb === "ranks") {
      return { verb, names: rest.split(rest.includes("&") ? "&" : /%26/).map(canonical) };
    }
    return verb === "others" ? { verb, names: [canonical(rest)] } : { verb: null, names: [] };
  }

  // src/diff-rows.js
  var CONTEXT = 3;
  var UNSEEN = /[\r\udc80-\udcff]/gu;
  function rowsOf(changes, sides) {
    const rows = [];
    let left = 0;
    let right = 0;
    for (let at = 0; at < changes.length; at += 1) {
      const { added, removed, count } = changes[at];
      if (!added && !removed) {
        for (let line = 0; line < count; line += 1) {
          const same = sides[0][left + line] === sides[1][right + line];
          rows.push({ kind: same ? "equal" : "changed", left: left + line, right: right + line });
        }
        left += count;
        right += count;
        continue;
      }
      const next = changes[at + 1];
      const paired = removed === true && next?.added === true;
      const gone = removed ? count : 0;
      const came = added ? count : paired ? next.count : 0;
      for (let line = 0; line < Math.max(gone, came); line += 1) {
        rows.push({
          kind: line < gone && line < came ? "changed" : line < gone ? "removed" : "added",
          left: line < gone ? left + line : null,
          right: line < came ? right + line : null
        });
      }
      left += gone;
      right += came;
      at += paired ? 1 : 0;
    }
    return rows;
  }
  var spelled = (line) => line.replace(UNSEEN, (unit) => unit === "\r" ? "␍" : `\\x${(unit.charCodeAt(0) & 255).toString(16)}`);
  function shownLines(before, after) {
    const [ours, theirs] = [before, after].map((line) => (line.match(UNSEEN) ?? []).join(""));
    const shown = ours === theirs ? wellFormed : spelled;
    return [shown(before), shown(after)];
  }
  var linesOf = (text) => text.replace(/\n$/, "").split("\n");
  var seenOf = (line) => wellFormed(line.endsWith("\r") ? line.slice(0, -1) : line);
  function unseenDifference(texts) {
    const [left, right] = texts;
    const withoutEnds = (text) => text.replace(/\r\n/g, "\n").replace(/\n$/, "");
    const said = [];
    if (withoutEnds(left) === withoutEnds(right)) {
      if (linesOf(left).join("\n") !== linesOf(right).join("\n")) {
        said.push("They differ only in the ends of lines: a carriage return is shown as ␍.");
      }
    } else if (wellFormed(left) === wellFormed(right)) {
      said.push("They differ only in bytes that are no UTF-8: such a byte is shown as \\xff.");
    }
    if (left.endsWith("\n") !== right.endsWith("\n")) {
      said.push(`Only the ${left.endsWith("\n") ? "left" : "right"} one has a newline at the end.`);
    }
    return said;
  }
  function wordSides(changes) {
    const part = ({ value, added, removed }) => ({
      text: value,
      changed: added === true || removed === true
    });
    return [changes.filter(({ added }) => !added).map(part), changes.filter(({ removed }) => !removed).map(part)];
  }
  function summaryOf(texts, rows) {
    if (texts[0] === texts[1]) {
      return "The two are equal.";
    }
    const [changed, removed, added] = ["changed", "removed", "added"].map(
      (kind) => rows.filter((row) => row.kind === kind).length
    );
    if (changed + removed + added === 0) {
      const side = texts[0].endsWith("\n") ? "left" : "right";
      return `The two are equal but for the newline at the end: only the ${side} one has one.`;
    }
    const counts = `${plural(changed, "line")} changed, ${formatCount(removed)} only left, ${formatCount(added)} only right.`;
    return [counts, ...unseenDifference(texts)].join(" ");
  }
  function stretches(rows) {
    const shown = new Uint8Array(rows.length);
    rows.forEach(({ kind }, at) => {
      if (kind !== "equal") {
        shown.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
      }
    });
    const pieces2 = [];
    for (let at = 0; at < shown.length; ) {
      let end = at;
      while (end < shown.length && shown[end] === shown[at]) {
        end += 1;
      }
      pieces2.push({ start: at, end, folded: shown[at] === 0 && end - at > 1 });
      at = end;
    }
    return pieces2;
  }

  // src/entries.js
  var entrySize = (entry) => {
    const count = entry.lines ?? 0;
    const lines = count > 0 && !entry.name.endsWith(".json") ? `${plural(count, "line")} · ` : "";
    return lines + formatSize(entry.textBytes ?? 0);
  };
  var entryContext = (entry) => [entry.subgraph ? printable(entry.subgraph) : "", entry.process ? `process ${entry.process}` : ""].filter(Boolean).join(" · ");
  var entryMeta = (entry) => {
    const rank = entry.rank === null ? "" : `rank ${entry.rank}`;
    return [rank, entryContext(entry), entrySize(entry)].filter(Boolean).join(" · ");
  };
  var hrefOf = (entry) => entryAddress(entry.id);
  var compareTitle = (...entries) => entries.map(({ base, group, name }) => `${decodeURIComponent(base)} ${printable(group.shown)} ${printable(name)}`.trim()).join(" ↔ ");
  var isPage = (entry) => entry.url.endsWith(".html");
  var isJson = (entry) => entry.name.endsWith(".json");
  function languageOf(entry) {
    if (entry.language) {
      return entry.language;
    }
    const code = entry.isCode || entry.type === "dump_file" || /graph|runnable|_code/.test(entry.name);
    return code && !/metadata/.test(entry.name) ? "python" : null;
  }
  var NAME_END = /(?:_\d{1,6})?\.[a-z]{1,8}$/;
  function splitName(name) {
    const at = name.search(NAME_END);
    return at <= 0 ? [name, ""] : [name.slice(0, at), name.slice(at)];
  }

  // src/compare.js
  var MAX_CHARS = 8e6;
  var PATIENCE_MS = 5e3;
  var SHOWN_ROWS = 1500;
  var MAX_WORD_CHARS = 2e3;
  function words(Diff, before, after) {
    if (before.length > MAX_WORD_CHARS || after.length > MAX_WORD_CHARS) {
      return [[before], [after]];
    }
    const [left, right] = wordSides(Diff.diffWordsWithSpace(before, after));
    return [
      left.map(({ text, changed }) => changed ? el("del", { text }) : text),
      right.map(({ text, changed }) => changed ? el("ins", { text }) : text)
    ];
  }
  function cells(line, parts, side) {
    const number = el("td", { class: "number", text: line === null ? "" : String(line + 1) });
    const empty = line === null ? " empty" : "";
    return [number, el("td", { class: `side-${side}${empty}` }, ...parts)];
  }
  var DiffTable = class {
    /**
     * @param {Differ} Diff
     * @param {DiffRow[]} rows
     * @param {string[][]} sides
     */
    constructor(Diff, rows, sides) {
      this.Diff = Diff;
      this.rows = rows;
      this.sides = sides;
      this.body = el("tbody");
      this.pieces = stretches(rows);
      this.next = 0;
    }
    /** @param {DiffRow} row */
    row({ kind, left, right }) {
      const before = left === null ? "" : this.sides[0][left];
      const after = right === null ? "" : this.sides[1][right];
      const parts = kind === "changed" ? words(this.Diff, ...shownLines(before, after)) : [[wellFormed(before)], [wellFormed(after)]];
      const label = { equal: null, changed: "changed", removed: "removed", added: "added" }[kind];
      return el("tr", { class: kind, "aria-label": label }, ...cells(left, parts[0], "left"), ...cells(right, parts[1], "right"));
    }
    /**
     * @param {Pick<Stretch, "start" | "end">} stretch
     * @returns {HTMLElement}
     */
    folded({ start: start2, end }) {
      const open = makeButton(`${plural(end - start2, "equal line")}`, () => {
        const stop = Math.min(end, start2 + SHOWN_ROWS);
        const rows = this.rows.slice(start2, stop).map((item) => this.row(item));
        place.replaceWith(...rows, ...stop < end ? [this.folded({ start: stop, end })] : []);
      });
      const place = el("tr", { class: "fold-row" }, el("td", { colspan: "4" }, open));
      return place;
    }
    more() {
      let made = 0;
      while (this.next < this.pieces.length && made < SHOWN_ROWS) {
        const piece = this.pieces[this.next];
        if (piece.folded) {
          this.body.append(this.folded(piece));
          made += 1;
          this.next += 1;
          continue;
        }
        const end = Math.min(piece.end, piece.start + SHOWN_ROWS - made);
        for (; piece.start < end; piece.start += 1) {
          this.body.append(this.row(this.rows[piece.start]));
          made += 1;
        }
        this.next += piece.start === piece.end ? 1 : 0;
      }
      return this.next < this.pieces.length;
    }
  };
  function showChanges(container, Diff, texts, sides, changes) {
    const rows = rowsOf(changes, sides);
    const summary = summaryOf(texts, rows);
    const table = new DiffTable(Diff, rows, sides);
    const more = makeButton("Show more", () => {
      more.hidden = !table.more();
    });
    more.hidden = !table.more();
    container.replaceChildren(
      el("p", { class: "compare-summary", role: "status", text: summary }),
      el(
        "div",
        { class: "compare-scroll", tabindex: "0", role: "region", "aria-label": "Differences" },
        el("table", { class: "diff" }, table.body),
        more
      )
    );
  }
  async function differ(container, entries) {
    container.replaceChildren(el("p", { class: "loading", role: "status", text: "Loading…" }));
    const texts = await Promise.all(entries.map(textOf));
    if (texts[0].length + texts[1].length > MAX_CHARS) {
      throw new Unreadable(`Together they have more than ${formatSize(MAX_CHARS)}, too much to be compared here.`);
    }
    const Diff = await library("diff.min.js", "Diff");
    container.replaceChildren(el("p", { class: "loading", role: "status", text: "Comparing…" }));
    const sides = texts.map(linesOf);
    const changes = await new Promise((resolve) => {
      const [before, after] = sides.map((lines) => lines.map(seenOf));
      Diff.diffArrays(before, after, { timeout: PATIENCE_MS, callback: resolve });
    });
    if (changes === void 0) {
      throw new Unreadable(
        `They differ in so many lines that ${PATIENCE_MS / 1e3} seconds were not enough to compare them.`
      );
    }
    return () => showChanges(container, Diff, texts, sides, changes);
  }
  var showCompare = async (container, left, right, { swap, onback = null, address = hrefOf }) => {
    const title = (entry, side) => el(
      "p",
      { class: "compare-side" },
      el("span", { class: "side-name", text: `${side}: ` }),
      el("a", {
        href: address(entry),
        text: `${entry.base ? `${decodeURIComponent(entry.base)} ` : ""}${printable(entry.group.shown)} ${printable(entry.name)}`
      })
    );
    const body = el("div", { class: "compare-body" });
    container.replaceChildren(
      el(
        "div",
        { class: "viewer-head" },
        onback === null ? null : makeButton("← List", onback, { class: "button back" }),
        el("h2", { text: "Compare" }),
        el("div", { class: "actions" }, makeButton("Swap sides", swap))
      ),
      el("div", { class: "compare-sides" }, title(left, "Left"), title(right, "Right")),
      body
    );
    try {
      const show = await differ(body, [left, right]);
      if (body.isConnected) {
        show();
      }
    } catch (error) {
      body.replaceChildren(notice(messageOf(error), error instanceof Unreadable ? "notice" : "alarm"));
    }
  };

  // src/timing.js
  var breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

  // src/filter.js
  var SLICE_MS = 12;
  var search = async (trace, query, isCurrent, onprogress) => {
    const words2 = query.toLowerCase().split(/\s+/).filter(Boolean);
    const size = trace.head.shard_rows;
    const found = [];
    let matches = 0;
    let sliceStart = performance.now();
    await trace.outline;
    for (const group of trace.groups) {
      const text = group.text ??= `${group.shown} ${group.key}`.toLowerCase();
      const rest = words2.filter((word) => !text.includes(word));
      const before = found.length;
      for (let number = group.start; number < group.start + group.count; ) {
        const index = Math.floor(number / size);
        const shard = trace.shards[index] ?? await trace.shard(index);
        const names = shard.lower ??= shard.rows.map((row) => {
          const more = row[ROW.more];
          const told = [more?.[ROW_MORE.original_name], more?.[ROW_MORE.subgraph_name]];
          const process = more?.[ROW_MORE.process] ?? trace.head.process;
          return [row[ROW.name], ...told, process || null].filter((text2) => text2 != null).join("\n").toLowerCase();
        });
        const types = shard.typesLower ??= shard.types.map((type) => type.toLowerCase());
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

  // src/worth.js
  var NAMED_TRACES = 5;
  function mergeReasons(parts, key) {
    const merged = { entries: 0, unread: 0, left_out: 0 };
    const reasons = /* @__PURE__ */ new Map();
    for (const [worth, source] of parts) {
      const found = (
        /** @type {Reasons} */
        worth[key]
      );
      merged.entries += found.entries;
      merged.unread += found.unread;
      merged.left_out += found.left_out;
      for (const reason of found.reasons) {
        const id = `${reason.title}
${reason.place}`;
        const known2 = reasons.get(id) ?? { ...reason, count: 0, places: [] };
        known2.count += reason.count;
        known2.places.push(...sourced(reason.places, source));
        reasons.set(id, known2);
      }
    }
    return { ...merged, reasons: [...reasons.values()].sort((one, other) => other.count - one.count) };
  }
  function sentencesOfMissing({ unread, left_out: leftOut }, one) {
    const sentences = [];
    if (unread > 0) {
      sentences.push(`Of ${plural(unread, one)} no reason could be read.`);
    }
    if (leftOut > 0) {
      sentences.push(`Not listed: ${plural(leftOut, "occurrence")} of further reasons.`);
    }
    return sentences;
  }
  var sourced = (places2, source) => places2.map((place) => [place, source]);
  var nothing = () => ({ examples: [], places: [] });
  function mergeProblems(parts) {
    const merged = /* @__PURE__ */ new Map();
    for (const [worth, source] of parts) {
      for (const problem of worth.problems) {
        const known2 = merged.get(problem.slug) ?? { slug: problem.slug, count: 0, flagged: 0, ...nothing() };
        known2.count += problem.count;
        known2.flagged += problem.flagged;
        known2.examples.push(...problem.examples);
        known2.places.push(...sourced(problem.places, source));
        merged.set(problem.slug, known2);
      }
    }
    return [...merged.values()].sort((one, other) => other.count - one.count);
  }
  function mergeLargest(parts, most) {
    const all = parts.flatMap(([{ largest }, source]) => largest.map((place) => (
      /** @type {[SizedPlace, Source]} */
      [place, source]
    )));
    return all.sort(([one], [other]) => other[SIZED_PLACE.bytes] - one[SIZED_PLACE.bytes]).slice(0, most);
  }
  var EVENTS = [
    ["failures", "failed compilations"],
    ["graph_breaks", "graph breaks"],
    ["recompiles", "recompilations"]
  ];
  function sentenceOfAbsent(parts, traces = parts.length) {
    const known2 = EVENTS.filter(([key]) => parts.every(([worth]) => worth.known[key]));
    const absent = [...known2.map(([, name]) => name), "problems"].map((name) => `no ${name}`).join(", ");
    if (parts.length < traces) {
      return parts.length === 0 ? "" : `In ${formatCount(parts.length)} of ${plural(traces, "trace")}: ${absent}.`;
    }
    return `${absent.charAt(0).toUpperCase()}${absent.slice(1)}.`;
  }
  function mergeNotes(parts) {
    const labels = /* @__PURE__ */ new Map();
    for (const [worth, source] of parts) {
      for (const note of worth.notes) {
        labels.set(note, [...labels.get(note) ?? [], source.label.trim()]);
      }
    }
    return [...labels].map(([note, from]) => {
      if (parts.length === 1 || from.length === parts.length) {
        return note;
      }
      const more = from.length > NAMED_TRACES ? ` and ${from.length - NAMED_TRACES} more` : "";
      return `${from.slice(0, NAMED_TRACES).join(", ")}${more}: ${note}`;
    });
  }

  // src/overview.js
  var SHOWN_PLACES = 6;
  var LARGEST = 20;
  function placeLink(place, source, isNamed) {
    if (place[PLACE.id] === "") {
      return el("span", { text: `${source.label}${place[PLACE.shown]}` });
    }
    const name = printable(place[PLACE.name]);
    return el("a", {
      href: source.link(place[PLACE.id]),
      title: name,
      text: `${source.label}${place[PLACE.shown]}${isNamed ? ` ${name}` : ""}`
    });
  }
  function places(all, count, { isNamed = false } = {}) {
    const list = el("ul", { class: "places" });
    const item = ([place, source]) => el("li", {}, placeLink(place, source, isNamed));
    list.append(...all.slice(0, SHOWN_PLACES).map(item));
    if (all.length > SHOWN_PLACES) {
      const more = makeButton(`${formatCount(all.length - SHOWN_PLACES)} more`, () => {
        holder.replaceWith(...all.slice(SHOWN_PLACES).map(item));
      });
      const holder = el("li", {}, more);
      list.append(holder);
    }
    if (count > all.length) {
      list.append(el("li", { class: "muted", text: `and ${formatCount(count - all.length)} not listed` }));
    }
    return list;
  }
  function reasonItem(reason) {
    return el(
      "li",
      { class: "reason" },
      el(
        "p",
        { class: "reason-title" },
        el("span", { class: "times", text: `${formatCount(reason.count)}×` }),
        el("strong", { text: printable(reason.title) })
      ),
      reason.place ? el("p", { class: "reason-place", text: printable(reason.place) }) : null,
      ...reason.details.map((detail) => el("p", { class: "detail", text: printable(detail) })),
      places(reason.places, reason.count)
    );
  }
  function reasonSection(title, one, found, { isAlarm = false } = {}) {
    if (found.entries === 0) {
      return null;
    }
    return el(
      "section",
      { class: isAlarm ? "worth failures" : "worth" },
      el("h3", { text: title }),
      el("p", {
        class: "muted",
        text: `${plural(found.reasons.length, "distinct reason")} in ${plural(found.entries, one)}.`
      }),
      ...sentencesOfMissing(found, one).map((text) => notice(text)),
      el("ol", { class: "reasons" }, ...found.reasons.map(reasonItem))
    );
  }
  function problemSection(problems) {
    if (problems.length === 0) {
      return null;
    }
    const item = (problem) => el(
      "li",
      { class: "reason" },
      el(
        "p",
        { class: "reason-title" },
        el("span", { class: "times", text: `${formatCount(problem.count)}×` }),
        el("strong", { text: problem.slug.replaceAll("_", " ") })
      ),
      ...problem.examples.slice(0, 3).map(
        (example) => el(
          "p",
          { class: "detail" },
          `${printable(example[PROBLEM_EXAMPLE.source])}, line ${formatCount(example[PROBLEM_EXAMPLE.line])}: `,
          `${printable(example[PROBLEM_EXAMPLE.message])} `,
          el("code", { class: "excerpt", text: printable(example[PROBLEM_EXAMPLE.excerpt]) })
        )
      ),
      problem.places.length > 0 ? places(problem.places, problem.flagged, { isNamed: true }) : null
    );
    return el(
      "section",
      { class: "worth" },
      el("h3", { text: "Entries with problems" }),
      el("p", { class: "muted", text: "All of them are in problems.jsonl." }),
      el("ol", { class: "reasons" }, ...problems.map(item))
    );
  }
  function largestSection(largest) {
    if (largest.length === 0) {
      return null;
    }
    const row = ([place, source]) => el(
      "tr",
      {},
      el("td", {}, el("a", { href: source.link(place[SIZED_PLACE.id]), text: printable(place[SIZED_PLACE.name]) })),
      el("td", { text: `${source.label}${printable(place[SIZED_PLACE.shown])}` }),
      el("td", { class: "amount", text: formatSize(place[SIZED_PLACE.bytes]) })
    );
    return el(
      "section",
      { class: "worth" },
      el("h3", { text: "Largest artifacts" }),
      el(
        "table",
        { class: "largest" },
        el(
          "thead",
          {},
          el("tr", {}, ...["Artifact", "Compile id", "Size"].map((text) => el("th", { scope: "col", text })))
        ),
        el("tbody", {}, ...largest.map(row))
      )
    );
  }
  var worthSections = (parts, traces = parts.length) => {
    const sections = [
      reasonSection("Failed compilations", "failed compilation", mergeReasons(parts, "failures"), { isAlarm: true }),
      reasonSection("Graph breaks", "graph break", mergeReasons(parts, "graph_breaks")),
      reasonSection("Recompilations", "recompilation", mergeReasons(parts, "recompiles")),
      problemSection(mergeProblems(parts))
    ].filter((section) => section !== null);
    const absent = sections.length === 0 ? sentenceOfAbsent(parts, traces) : "";
    if (absent !== "") {
      sections.push(el("p", { text: absent }));
    }
    const notes = mergeNotes(parts).map((text) => notice(printable(text)));
    return [...sections, ...notes, largestSection(mergeLargest(parts, LARGEST))].filter((section) => section !== null);
  };
  var showOverview = async (container, trace) => {
    const body = el("div", { class: "overview-body" });
    container.replaceChildren(
      el(
        "div",
        { class: "overview" },
        el("h2", { text: "Worth a look" }),
        el("p", {
          class: "muted",
          text: `${plural(trace.head.groups, "compile id")}, ${plural(trace.head.rows, "artifact")} and links.`
        }),
        body
      )
    );
    try {
      const [worth] = await loadData(trace.base + WORTH_FILE, "worth");
      body.replaceChildren(...worthSections([[worth, { label: "", link: (id) => `#/${id}` }]]));
    } catch (error) {
      body.replaceChildren(notice(messageOf(error), "alarm"));
    }
  };

  // src/tree-rows.js
  var ALL_OPEN_ROWS = 500;
  var Rows = class {
    /** @param {Trace} trace */
    constructor(trace) {
      this.trace = trace;
      this.toggled = /* @__PURE__ */ new Set();
      this.allOpen = trace.head.rows <= ALL_OPEN_ROWS;
      this.found = null;
      this.sums = null;
    }
    changed() {
      this.sums = null;
    }
    /** @param {Group} group */
    isOpen(group) {
      return this.found !== null || this.allOpen !== this.toggled.has(group.number);
    }
    /** @param {Group} group */
    headings(group) {
      return group.kinds.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    }
    /** @param {Group} group */
    bodyLength(group) {
      return this.isOpen(group) ? group.count + this.headings(group) : 0;
    }
    get starts() {
      if (this.sums !== null) {
        return this.sums;
      }
      const groups = this.trace.groups;
      const sums = new Float64Array(groups.length + 1);
      for (let number = 0; number < groups.length; number += 1) {
        sums[number + 1] = sums[number] + 1 + this.bodyLength(groups[number]);
      }
      this.sums = sums;
      return sums;
    }
    get length() {
      return this.found === null ? this.starts[this.trace.groups.length] : this.found.length;
    }
    /**
     * What is in a row; undefined where there is none.
     *
     * @param {number} index
     * @returns {Item | undefined}
     */
    at(index) {
      const { groups } = this.trace;
      if (!(index >= 0 && index < this.length)) {
        return void 0;
      }
      if (this.found !== null) {
        const item = this.found[index];
        return item < 0 ? { group: groups[-1 - item] } : { group: this.trace.groupOfRow(item), row: item };
      }
      const starts = this.starts;
      let low = 0;
      let high = groups.length - 1;
      while (low < high) {
        const middle = low + high + 1 >> 1;
        if (starts[middle] <= index) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      const group = groups[low];
      let rest = index - starts[low] - 1;
      if (rest < 0) {
        return { group };
      }
      let row = group.start;
      for (let kind = 0; kind < group.kinds.length; kind += 1) {
        const count = group.kinds[kind];
        if (count > 0) {
          if (rest === 0) {
            return { group, heading: this.trace.kinds[kind].title, count };
          }
          if (rest <= count) {
            return { group, row: row + rest - 1 };
          }
          rest -= count + 1;
          row += count;
        }
      }
      return { group };
    }
    /**
     * Where a compile id or one of its rows stands; -1 if it is not shown.
     *
     * @param {Group} group
     * @param {number | null} row
     */
    indexOf(group, row = null) {
      if (this.found !== null) {
        return this.found.indexOf(row ?? -1 - group.number);
      }
      const start2 = this.starts[group.number];
      if (row === null) {
        return start2;
      }
      if (!this.isOpen(group)) {
        return -1;
      }
      const kind = this.trace.kindOfRow(row, group);
      const headings = group.kinds.slice(0, kind + 1).filter((count) => count > 0).length;
      return start2 + headings + (row - group.start) + 1;
    }
    /**
     * @param {Group} group
     * @param {boolean} open
     */
    setOpen(group, open) {
      if (this.isOpen(group) !== open && this.found === null) {
        if (!this.toggled.delete(group.number)) {
          this.toggled.add(group.number);
        }
        this.changed();
      }
    }
    /** @param {boolean} open */
    setAllOpen(open) {
      this.allOpen = open;
      this.toggled.clear();
      this.changed();
    }
  };

  // src/virtual-rows.js
  var OVERSCAN = 8;
  var MAX_PIXELS = 8e6;
  var VirtualRows = class {
    /**
     * @param {HTMLElement} container
     * @param {(index: number) => HTMLElement} render Gives the element of a row.
     */
    constructor(container, render) {
      this.container = container;
      this.render = render;
      this.count = 0;
      this.measured = null;
      this.frame = null;
      this.force = false;
      this.space = el("div", { class: "rows-space", role: "none" });
      this.window = el("div", { class: "rows-window", role: "none" });
      this.space.append(this.window);
      container.append(this.space);
      container.addEventListener("scroll", () => this.schedule(), { passive: true });
      new ResizeObserver(() => this.schedule(true)).observe(container);
      this.first = 0;
      this.last = -1;
    }
    get rowHeight() {
      this.measured ??= parseFloat(getComputedStyle(this.container).getPropertyValue("--row-pixels")) || 26;
      return this.measured;
    }
    get scale() {
      const whole = this.count * this.rowHeight;
      const height = this.container.clientHeight;
      return whole > MAX_PIXELS ? (whole - height) / (MAX_PIXELS - height) : 1;
    }
    /** @param {number} count */
    setCount(count) {
      this.count = count;
      this.space.style.height = `${Math.min(count * this.rowHeight, MAX_PIXELS)}px`;
      this.draw(true);
    }
    schedule(force = false) {
      this.force ||= force;
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        const forced = this.force;
        this.force = false;
        this.draw(forced);
      });
    }
    /** @param {boolean} force */
    draw(force) {
      const { container, rowHeight, scale } = this;
      const top = container.scrollTop * scale;
      const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
      const last = Math.min(this.count, Math.ceil((top + container.clientHeight) / rowHeight) + OVERSCAN);
      if (!force && first === this.first && last === this.last) {
        return;
      }
      this.first = first;
      this.last = last;
      const rows = [];
      for (let index = first; index < last; index += 1) {
        rows.push(this.render(index));
      }
      const offset = scale === 1 ? first * rowHeight : container.scrollTop - (top - first * rowHeight);
      this.window.style.transform = `translateY(${offset}px)`;
      this.window.replaceChildren(...rows);
    }
    /** @param {number} index */
    reveal(index) {
      const { container, rowHeight, scale } = this;
      const top = container.scrollTop * scale;
      const above = index * rowHeight;
      if (above < top) {
        container.scrollTop = above / scale;
      } else if (above + rowHeight > top + container.clientHeight) {
        container.scrollTop = (above + rowHeight - container.clientHeight) / scale;
      }
      this.draw(true);
    }
  };

  // src/tree.js
  var STEPS = /* @__PURE__ */ new Map([["ArrowDown", 1], ["ArrowUp", -1], ["PageDown", 20], ["PageUp", -20]]);
  function nameParts(name) {
    const [first, last] = splitName(name);
    if (last === "") {
      return [name];
    }
    const start2 = el("span", { class: "name-start", text: first });
    start2.style.setProperty("--end", String(last.length));
    return [start2, el("span", { class: "name-end", text: last })];
  }
  var Tree = class {
    /**
     * @param {Trace} trace
     * @param {HTMLElement} container
     * @param {object} actions
     * @param {(entry: Entry) => void} actions.onopen Is called when an artifact is chosen.
     * @param {(error: unknown) => void} actions.onerror Is called when rows cannot be loaded.
     */
    constructor(trace, container, { onopen, onerror }) {
      this.trace = trace;
      this.container = container;
      this.onopen = onopen;
      this.onerror = onerror;
      this.rows = new Rows(trace);
      this.active = 0;
      this.shown = null;
      this.list = new VirtualRows(container, (index) => this.renderRow(index));
      trace.onoutline = () => this.refresh();
      container.addEventListener("click", (event) => this.onclick(event));
      container.addEventListener("keydown", (event) => this.onkeydown(event));
      this.refresh();
    }
    refresh() {
      this.rows.changed();
      this.redraw();
    }
    redraw() {
      this.active = Math.max(0, Math.min(this.active, this.rows.length - 1));
      this.list.setCount(this.rows.length);
      this.pointToActive();
    }
    pointToActive() {
      const row = this.container.querySelector(".row.active");
      if (row === null) {
        this.container.removeAttribute("aria-activedescendant");
      } else {
        this.container.setAttribute("aria-activedescendant", row.id);
      }
    }
    /** @param {number} index */
    renderRow(index) {
      const item = this.rows.at(index);
      const row = el("div", { class: "row", id: `row-${index}`, "data-index": index });
      if (item === void 0) {
        return row;
      }
      if (item.heading !== void 0) {
        row.setAttribute("aria-hidden", "true");
        row.classList.add("heading-row");
        row.append(el("span", { text: `${item.heading} ${formatCount(item.count)}` }));
        return row;
      }
      row.setAttribute("role", "treeitem");
      row.setAttribute("aria-selected", String(index === this.active));
      row.classList.toggle("active", index === this.active);
      if (item.row === void 0) {
        this.fillGroup(row, item.group);
      } else {
        this.fillEntry(row, item.group, item.row);
      }
      return row;
    }
    /**
     * @param {HTMLElement} row
     * @param {Group} group
     */
    fillGroup(row, group) {
      const open = this.rows.isOpen(group);
      row.classList.add("group-row");
      row.setAttribute("aria-level", "1");
      row.setAttribute("aria-setsize", String(this.trace.groups.length));
      row.setAttribute("aria-posinset", String(group.number + 1));
      row.setAttribute("aria-expanded", String(open));
      row.append(
        el("span", { class: "twisty", "aria-hidden": "true", text: open ? "▾" : "▸" }),
        el("span", { class: "name", text: printable(group.shown), title: printable(group.key) }),
        el("span", { class: "meta", text: `${formatCount(group.count)} · ${formatSize(group.bytes)}` })
      );
    }
    /**
     * @param {HTMLElement} row
     * @param {Group} group
     * @param {number} number The row's in the trace.
     */
    fillEntry(row, group, number) {
      row.setAttribute("aria-level", "2");
      row.setAttribute("aria-setsize", String(group.count));
      row.setAttribute("aria-posinset", String(number - group.start + 1));
      const entry = this.trace.entry(number, group);
      if (entry === null) {
        row.append(el("span", { class: "name muted", text: "Loading…" }));
        this.load(number);
        return;
      }
      row.classList.toggle("shown", number === this.shown);
      if (entry.isLink) {
        this.fillLink(row, entry);
        return;
      }
      row.append(
        el("a", {
          class: "name",
          href: hrefOf(entry),
          tabindex: "-1",
          title: printable(entry.originalName ?? entry.name),
          "aria-label": printable(entry.name)
        }, ...nameParts(printable(entry.name)))
      );
      const context = entryContext(entry);
      if (context !== "") {
        row.append(el("span", { class: "meta context", text: context, title: context }));
      }
      const flags = entry.flags.filter((flag) => flag !== "repeated");
      if (flags.length > 0) {
        const text = flags.length === 1 ? flags[0] : `${flags.length} notes`;
        row.append(el("span", { class: "flag", text, title: flags.join(", ") }));
      }
      const isOnlyRank = entry.rank === null || entry.rank === this.trace.head.rank;
      row.append(el("span", { class: "meta", text: isOnlyRank ? entrySize(entry) : `rank ${entry.rank} · ${entrySize(entry)}` }));
    }
    /**
     * @param {HTMLElement} row
     * @param {Entry} entry
     */
    fillLink(row, entry) {
      const name = printable(entry.name || entry.url);
      const properties = { class: "name", text: name, title: printable(entry.url) };
      row.append(
        entry.isWeb ? el("a", { ...properties, href: entry.url, rel: "noopener noreferrer", target: "_blank", tabindex: "-1" }) : el("span", properties),
        el("span", { class: "meta", text: entry.isWeb ? "link ↗" : "not a web address" })
      );
    }
    /** @param {number} row */
    load(row) {
      const loading = this.trace.shard(Math.floor(row / this.trace.head.shard_rows));
      loading.then(
        () => this.list.schedule(true),
        (error) => this.onerror(error)
      );
    }
    /** @param {MouseEvent} event */
    onclick(event) {
      const row = elementOf(event)?.closest(".row");
      if (!(row instanceof HTMLElement) || row.getAttribute("aria-hidden") === "true") {
        return;
      }
      this.setActive(Number(row.dataset.index));
      const onLink = elementOf(event)?.closest("a") !== null;
      if (!onLink || !(event.ctrlKey || event.metaKey || event.shiftKey)) {
        this.activate(onLink ? event : null);
      }
    }
    /**
     * Opens or closes a compile id, opens an artifact, follows a link.
     *
     * @param {Event | null} event
     */
    activate(event = null) {
      const item = this.rows.at(this.active);
      if (item === void 0 || this.rows.length === 0) {
        return;
      }
      if (item.row === void 0) {
        this.toggle(item.group);
        return;
      }
      const entry = this.trace.entry(item.row, item.group);
      if (entry !== null && !entry.isLink) {
        event?.preventDefault();
        this.onopen(entry);
      } else if (entry?.isWeb && event === null) {
        const link = this.container.querySelector(".row.active a");
        link?.click();
      }
    }
    /**
     * @param {Group} group
     * @param {boolean} open
     */
    toggle(group, open = !this.rows.isOpen(group)) {
      this.rows.setOpen(group, open);
      this.active = this.rows.indexOf(group);
      this.redraw();
    }
    /** @param {number} index */
    setActive(index) {
      this.active = index;
      this.list.reveal(index);
      this.pointToActive();
    }
    /** @param {number} step */
    move(step) {
      let index = this.active + step;
      while (this.rows.at(index)?.heading !== void 0 && index > 0 && index < this.rows.length - 1) {
        index += Math.sign(step);
      }
      if (index >= 0 && index < this.rows.length) {
        this.setActive(index);
      }
    }
    /** @param {KeyboardEvent} event */
    onkeydown(event) {
      const item = this.rows.at(this.active);
      if (item === void 0 || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const step = STEPS.get(event.key);
      if (step !== void 0) {
        const aim = Math.max(0, Math.min(this.rows.length - 1, this.active + step));
        this.move(aim - this.active);
      } else if (event.key === "Home" || event.key === "End") {
        this.setActive(event.key === "Home" ? 0 : this.rows.length - 1);
      } else if (event.key === "ArrowRight" && item.row === void 0) {
        this.toggle(item.group, true);
      } else if (event.key === "ArrowLeft") {
        if (item.row === void 0 || this.rows.found === null) {
          this.toggle(item.group, false);
        }
        this.setActive(this.rows.indexOf(item.group));
      } else if (event.key === "Enter" || event.key === " ") {
        this.activate();
      } else {
        return;
      }
      event.preventDefault();
    }
    /**
     * Marks the artifact that is shown, and brings it into view.
     *
     * @param {Entry | null} entry
     */
    show(entry) {
      this.shown = entry?.number ?? null;
      if (entry !== null) {
        this.rows.setOpen(entry.group, true);
        const index = this.rows.indexOf(entry.group, entry.number);
        if (index >= 0) {
          this.list.setCount(this.rows.length);
          this.setActive(index);
          return;
        }
      }
      this.list.draw(true);
    }
    /** @param {Group} group */
    showGroup(group) {
      this.rows.setOpen(group, true);
      this.list.setCount(this.rows.length);
      this.setActive(this.rows.indexOf(group));
      this.container.scrollTop = this.active * this.list.rowHeight / this.list.scale;
    }
    /** @param {number[] | null} found */
    setFound(found) {
      this.rows.found = found;
      this.redraw();
    }
  };

  // src/json-blocks.js
  var LINE_CHARS = 2e4;
  var TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null|NaN|Infinity)\b/g;
  function blockEnds(lines) {
    if (!/^[[{]$/.test(lines[0])) {
      return null;
    }
    const ends = new Int32Array(lines.length).fill(-1);
    const open = [];
    for (let number = 0; number < lines.length; number += 1) {
      const line = lines[number];
      const first = line.trimStart()[0];
      if (first === "}" || first === "]") {
        ends[open.pop() ?? 0] = number;
      }
      if (/[[{]$/.test(line)) {
        open.push(number);
      }
    }
    return open.length === 0 && ends[0] === lines.length - 1 ? ends : null;
  }
  function levelAround(ends, from, to, line, most) {
    const starts = [];
    let place = 0;
    for (let number = from; number < to; number = Math.max(number, ends[number]) + 1) {
      place = number <= line ? starts.length : place;
      starts.push(number);
    }
    const first = Math.max(0, Math.min(place - most / 2, starts.length - most));
    const next = starts[first + most] ?? to;
    return {
      lines: starts.slice(first, first + most),
      before: first > 0 ? { from, to: starts[first], nearest: starts[first] - 1 } : null,
      behind: next < to ? { from: next, to, nearest: next } : null
    };
  }
  function tokens(line) {
    if (line.length > LINE_CHARS) {
      return [{ kind: null, text: line }];
    }
    const parts = [];
    let done = 0;
    for (const match of line.matchAll(TOKENS)) {
      const text = match[1] ?? match[0];
      const kind = match[2] !== void 0 ? "key" : match[1] ? "string" : match[3] ? "number" : "keyword";
      parts.push({ kind: null, text: line.slice(done, match.index) }, { kind, text });
      done = match.index + text.length;
    }
    parts.push({ kind: null, text: line.slice(done) });
    return parts;
  }

  // src/json-view.js
  var OPEN_LINES = 2e3;
  var BATCH_LINES = 1e3;
  function colouredLine(line) {
    return tokens(line).map(({ kind, text }) => kind === null ? text : el("span", { class: `json-${kind}`, text }));
  }
  var showJson = (container, payload, { onmark = null } = {}) => {
    const text = wellFormed(payload);
    const lines = text.replace(/\n$/, "").split("\n");
    const found = blockEnds(lines);
    if (found === null) {
      return null;
    }
    const ends = found;
    let budget = OPEN_LINES;
    let marked = null;
    const lineElements = /* @__PURE__ */ new Map();
    const blocks = /* @__PURE__ */ new Map();
    const gaps = /* @__PURE__ */ new Set();
    const isMarked = (number) => marked !== null && number >= marked.first && number <= marked.last;
    function lineElement(number, ...children) {
      const element = el("div", { class: "json-line", "data-line": number + 1 }, ...children);
      element.classList.toggle("marked", isMarked(number + 1));
      lineElements.set(number, element);
      return element;
    }
    const plainLine = (number) => lineElement(number, ...colouredLine(lines[number]));
    function block(start2) {
      const end = ends[start2];
      const inner = el("div", { class: "json-inner" });
      const label = `${lines[start2].trim().replace(/[[{]$/, "").replace(/:\s*$/, "") || "the block"}`;
      const toggle = el("button", { type: "button", class: "fold", "aria-label": `Fold ${label}` });
      const hint = el("span", { class: "json-hint", text: ` ${plural(end - start2 - 1, "line")} ` });
      const head = lineElement(start2, toggle, ...colouredLine(lines[start2]), hint);
      const element = el("div", { class: "json-block" }, head, inner, plainLine(end));
      let built = false;
      const set = (open, line = start2 + 1) => {
        if (open && !built) {
          built = true;
          inner.append(...build(start2 + 1, end, line));
        }
        inner.hidden = !open;
        element.classList.toggle("folded", !open);
        toggle.setAttribute("aria-expanded", String(open));
      };
      toggle.addEventListener("click", () => {
        budget = OPEN_LINES;
        set(inner.hidden);
      });
      blocks.set(element, set);
      set(budget > 0);
      return element;
    }
    function build(from, to, line) {
      const { lines: some, before, behind } = levelAround(ends, from, to, line, BATCH_LINES);
      const made = some.map((number) => {
        budget -= 1;
        return ends[number] >= 0 ? block(number) : plainLine(number);
      });
      return [...before === null ? [] : [gap(before)], ...made, ...behind === null ? [] : [gap(behind)]];
    }
    function gap({ from, to, nearest }) {
      const open = (line) => {
        gaps.delete(place);
        button.replaceWith(...build(from, to, line));
      };
      const button = makeButton(`Show more of ${plural(to - from, "line")}`, () => {
        budget = OPEN_LINES;
        open(nearest);
      });
      const place = { from, to, open };
      gaps.add(place);
      return button;
    }
    function ensure(number) {
      if (!lineElements.has(number)) {
        [...gaps].find(({ from, to }) => from <= number && number < to)?.open(number);
      }
    }
    function reveal(number) {
      budget = 0;
      for (let start2 = 0; start2 < number; start2 += 1) {
        if (ends[start2] > number) {
          ensure(start2);
          const parent = lineElements.get(start2)?.parentElement ?? null;
          if (parent !== null) {
            blocks.get(parent)?.(true, number);
          }
        }
      }
      ensure(number);
    }
    const root = block(0);
    const foldAll = (open) => {
      budget = OPEN_LINES;
      root.querySelectorAll(".json-block").forEach((element) => blocks.get(element)?.(open && budget > 0));
    };
    const scroller = el(
      "div",
      { class: "code json", tabindex: "0", role: "region", "aria-label": "JSON document" },
      root
    );
    const tools = el(
      "div",
      { class: "json-tools" },
      makeButton("Fold all", () => foldAll(false)),
      makeButton("Unfold all", () => foldAll(true))
    );
    container.replaceChildren(tools, scroller);
    scroller.style.setProperty("--digits", String(Math.max(3, String(lines.length).length)));
    const mark = (first, last, { scroll = true } = {}) => {
      const none = first === null || first < 1 || first > lines.length;
      const range = none ? null : { first, last: Math.min(last ?? first, lines.length) };
      marked = range;
      if (range !== null && scroll) {
        reveal(range.last - 1);
        reveal(range.first - 1);
      }
      lineElements.forEach((line, number) => line.classList.toggle("marked", isMarked(number + 1)));
      if (range !== null && scroll) {
        lineElements.get(range.first - 1)?.scrollIntoView({ block: "center" });
      }
    };
    scroller.addEventListener("click", (event) => {
      const { clientX, shiftKey } = event;
      const line = elementOf(event);
      if (!(line instanceof HTMLElement && line.classList.contains("json-line"))) {
        return;
      }
      const width = parseFloat(getComputedStyle(line, "::before").width);
      if (clientX - scroller.getBoundingClientRect().left < width) {
        const clicked = Number(line.dataset.line);
        const pivot = shiftKey ? marked?.first ?? clicked : clicked;
        mark(Math.min(pivot, clicked), Math.max(pivot, clicked), { scroll: false });
        onmark?.(marked);
      }
    });
    return { lineCount: lines.length, mark };
  };

  // src/pairs.js
  var FRAME = /^((?:!(?:\d+|-)_)?(?:\d+|-))_(\d+|-)(?:_(?:\d+|-))?$/;
  var REPEAT = /(_\d+)?\.[a-z]+$/;
  var STAGES = [
    ["before_pre_grad_graph", "after_pre_grad_graph"],
    ["inductor_pre_grad_graph", "inductor_post_grad_graph"],
    ["before_pre_grad_graph", "inductor_post_grad_graph"],
    ["dynamo_output_graph", "optimize_ddp_split_graph"],
    ["dynamo_output_graph", "aot_joint_graph"],
    ["dynamo_output_graph", "aot_inference_graph"],
    ["aot_joint_graph", "aot_forward_graph"],
    ["aot_joint_graph", "aot_backward_graph"],
    ["aot_forward_graph", "aot_backward_graph"],
    ["before_joint_graph", "after_joint_graph"],
    ["aot_inference_graph", "inductor_post_grad_graph"],
    ["before_post_grad_graph", "inductor_post_grad_graph"],
    ["before_post_grad_graph", "after_post_grad_graph"]
  ];
  var SPLIT = "optimize_ddp_split_graph";
  var CODE = "inductor_output_code";
  var stem = (entry) => entry.type === CODE ? CODE : entry.name.replace(REPEAT, "");
  function stage(entry, own, earlier, later) {
    const isEarlier = stem(entry) === earlier;
    const wanted = isEarlier ? later : earlier;
    const between = own.filter((other) => isEarlier ? other.line > entry.line : other.line < entry.line);
    const nearest = (name) => between.filter((other) => stem(other) === name).reduce((best, other) => best === null || other.line < best.line === isEarlier ? other : best, null);
    const found = nearest(wanted);
    const rival = nearest(stem(entry));
    const taken = found !== null && rival !== null && rival.line < found.line === isEarlier;
    return taken ? null : found;
  }
  function directions(own, name) {
    const parts = [];
    for (const entry of [...own].sort((one, other) => one.line - other.line)) {
      const last = parts.at(-1);
      if (/^aot_(forward|inference)_graph$/.test(stem(entry))) {
        parts.push({ graph: entry, backwardGraph: null, forward: null, backward: null });
      } else if (stem(entry) === "aot_backward_graph" && last !== void 0) {
        last.backwardGraph ??= entry;
      } else if (stem(entry) === name) {
        if (last !== void 0 && last.forward === null) {
          last.forward = entry;
        } else {
          const open = parts.findLast((part) => part.backwardGraph !== null && part.backward === null);
          if (open !== void 0) {
            open.backward = entry;
          }
        }
      }
    }
    return parts;
  }
  function partners(entry, own) {
    const found = [];
    const name = stem(entry);
    const split = own.some((other) => stem(other) === SPLIT);
    for (const [earlier, later] of STAGES) {
      const isApart = split && earlier === "dynamo_output_graph" && later !== SPLIT;
      if (!isApart && (name === earlier || name === later)) {
        found.push(stage(entry, own, earlier, later));
      }
    }
    for (const part of directions(own, "inductor_post_grad_graph")) {
      for (const [one, other] of [[part.graph, part.forward], [part.backwardGraph, part.backward]]) {
        if (one === entry || other === entry) {
          found.push(one === entry ? other : one);
        }
      }
    }
    const pairs = found.filter((other) => other !== null).map((other) => [`${other.name}, same compile id`, other]);
    for (const { forward, backward } of directions(own, CODE)) {
      if (forward !== null && backward !== null && (entry === forward || entry === backward)) {
        pairs.push(
          entry === forward ? ["the code of the backward, same compile id", backward] : ["the code of the forward, same compile id", forward]
        );
      }
    }
    return pairs;
  }
  function counterpart(entry, own, others) {
    const named = others.find((other) => !other.isLink && other.name === entry.name);
    if (named !== void 0 || entry.type !== CODE) {
      return named ?? null;
    }
    const place = own.filter((other) => other.type === entry.type).findIndex((other) => other.name === entry.name);
    return others.filter((other) => other.type === entry.type)[place] ?? null;
  }
  function neighbours(trace, group) {
    const frame2 = FRAME.exec(group.key)?.[1];
    if (frame2 === void 0) {
      return [];
    }
    const same = trace.groups.filter((other) => FRAME.exec(other.key)?.[1] === frame2);
    const at = same.indexOf(group);
    const wanted = [same[at - 1], same[at + 1], same[0], same.at(-1)];
    return [...new Set(wanted)].filter((other) => other !== void 0).filter((other) => other !== group);
  }
  function relation(group, other) {
    return FRAME.exec(group.key)?.[2] === FRAME.exec(other.key)?.[2] ? "restarted" : "recompiled";
  }
  var isRank = (name) => /(?:^|\/)rank_\d+$/.test(name);
  var upFrom = (folder) => "../".repeat(folder.split("/").length);
  var otherTraces = async ({ trace, base }, load) => {
    const own = trace.head.folder;
    if (own === "." || base !== "") {
      return null;
    }
    let ranks = isRank(own);
    try {
      const [{ traces }] = await load(`${upFrom(own)}${TRACES_FILE}`, "traces");
      ranks &&= traces.every(({ name }) => isRank(name));
    } catch {
    }
    return ranks ? "the same of another rank" : "the same in another trace";
  };
  var pairsFor = async (entry) => {
    const { trace, group } = entry;
    const own = await trace.entriesOf(group);
    const here = own.filter((other) => !other.isLink);
    const pairs = partners(here.find((other) => other.number === entry.number) ?? entry, here);
    for (const neighbour of neighbours(trace, group)) {
      const other = counterpart(entry, own, await trace.entriesOf(neighbour));
      if (other !== null) {
        pairs.push([`the same of ${neighbour.shown} (${relation(group, neighbour)})`, other]);
      }
    }
    for (const pair of pairs) {
      const context = entryContext(pair[1]);
      pair[0] += context === "" ? "" : ` · ${context}`;
    }
    return pairs.filter(([, other], at) => pairs.findIndex(([, first]) => first.id === other.id) === at);
  };

  // src/viewer.js
  function details(entry) {
    const parts = [printable(entry.type), entryMeta(entry), `line ${formatCount(entry.line)} of the trace`];
    if (entry.originalName !== null) {
      parts.push(`logged as ${printable(entry.originalName)}`);
    }
    return el(
      "p",
      { class: "subtitle" },
      el("a", { href: `#/${entry.group.address}`, text: printable(entry.group.shown) }),
      ` · ${parts.join(" · ")}`,
      ...entry.flags.map((flag) => el("span", { class: "flag", text: flag }))
    );
  }
  function downloadButton(entry) {
    const download = entry.name.replace(/\.html$/, ".txt");
    if (!entry.lazy_loader) {
      return el("a", { class: "button", href: `${entry.base}${entry.textUrl ?? entry.url}`, download, text: "Download" });
    }
    return makeButton("Download", async () => {
      try {
        const blob = new Blob(bytesOf(await textOf(entry)), { type: "application/octet-stream" });
        const url = URL.createObjectURL(blob);
        el("a", { href: url, download }).click();
        setTimeout(() => URL.revokeObjectURL(url), 1e4);
      } catch (error) {
        announce(messageOf(error));
      }
    });
  }
  function copyButton(entry) {
    const button = makeButton("Copy", async () => {
      try {
        const copied = await copyText(wellFormed(await textOf(entry)));
        announce(copied ? "Copied" : "Copying failed: select the text instead.");
      } catch (error) {
        announce(messageOf(error));
      }
      button.focus();
    });
    return button;
  }
  function existing({ first, last }, lineCount) {
    if (first >= 1 && first <= lineCount) {
      return { first, last: Math.min(last, lineCount) };
    }
    announce(
      first < 1 ? "There is no line 0: the first one is 1." : `There is no line ${first}: the last one is ${lineCount}.`
    );
    return null;
  }
  function lineBox(state) {
    const box = el("input", {
      class: "line-box",
      type: "text",
      inputmode: "numeric",
      size: "5",
      "aria-label": "Go to line",
      placeholder: "Line",
      onchange: () => {
        const lines = writtenLines(box.value);
        announce("");
        if (lines !== null) {
          state.goTo(lines);
        } else if (box.value.trim() !== "") {
          announce("That is no line: write a number, or two such as 10-20.");
        }
      }
    });
    return box;
  }
  function compareChoice(entry, { oncompare, onpick }) {
    const choice = el("select", { class: "button", "aria-label": "Compare with" });
    const options = /* @__PURE__ */ new Map();
    const add = (label, action) => {
      const option = el("option", { text: label, value: String(options.size) });
      options.set(option.value, action);
      choice.append(option);
    };
    add("Compare with…", () => {
      announce("Choose first what to compare with.");
      choice.focus();
    });
    Promise.all([pairsFor(entry), otherTraces(entry, loadData)]).then(
      ([pairs, others]) => {
        pairs.forEach(([label, other]) => add(printable(label), () => oncompare(entry, other)));
        if (others !== null) {
          add(others, () => {
            const { folder } = entry.trace.head;
            const place = folder.split("/").map(encodeURIComponent).join("/");
            location.href = `${upFrom(folder)}${INDEX_PAGE}#others=${place}/${entry.id}`;
          });
        }
        add("another: choose it in the list", () => onpick(entry));
      },
      () => add("another: choose it in the list", () => onpick(entry))
    );
    return el("span", { class: "compare-choice" }, choice, makeButton("Compare", () => options.get(choice.value)?.()));
  }
  window.addEventListener("message", (event) => {
    const found = document.querySelectorAll("iframe.frame");
    const frames = [...found];
    const key = event.data?.key;
    if (typeof key === "string" && frames.some((frame2) => frame2.contentWindow === event.source)) {
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
  });
  function frame(entry, lines) {
    const page = isPage(entry);
    const range = lines === null || page ? null : lines.last > lines.first ? `Lines ${lines.first} to ${lines.last}` : `Line ${lines.first}`;
    const unmarked = range === null ? "" : ` ${range} cannot be marked in it.`;
    const anchor = page && lines !== null ? `#L${lines.first}${lines.last > lines.first ? `-L${lines.last}` : ""}` : "";
    return [
      notice(`The file itself, in a frame.${unmarked} ${howToRead(entry)}`),
      el("iframe", {
        class: "frame",
        title: `${printable(entry.name)}, the file itself`,
        // A code page of ours needs its own style and script; nothing else may run anything.
        sandbox: page ? "allow-scripts allow-same-origin" : "",
        name: `theme-${currentTheme()}`,
        src: `${entry.base}${entry.url}${anchor}`
      })
    ];
  }
  var showEntry = (container, entry, lines, { oncompare, onpick, onlines, onback }) => {
    const body = el("div", { class: "viewer-body" });
    const readable = canRead(entry);
    const state = {
      view: null,
      goTo: (asked) => {
        const found = state.view === null ? null : existing(asked, state.view.lineCount);
        if (found !== null) {
          state.view?.mark(found.first, found.last);
          onlines(found);
        }
      },
      // Afterwards the address says what is marked.
      follow: (asked) => {
        announce("");
        state.view?.mark(null);
        if (asked !== null) {
          onlines(null);
          state.goTo(asked);
        }
      }
    };
    container.replaceChildren(
      el(
        "div",
        { class: "viewer-head" },
        el("button", { type: "button", class: "button back", onclick: onback, text: "← List" }),
        el("div", { class: "heading" }, el("h2", { text: printable(entry.name) }), details(entry)),
        el(
          "div",
          { class: "actions" },
          readable ? lineBox(state) : null,
          entry.lazy_loader ? null : el("a", { class: "button", href: `${entry.base}${entry.textUrl ?? entry.url}`, text: "Raw" }),
          isPage(entry) && !entry.lazy_loader ? el("a", { class: "button", href: `${entry.base}${entry.url}`, text: "Page" }) : null,
          readable ? copyButton(entry) : null,
          readable ? downloadButton(entry) : null,
          compareChoice(entry, { oncompare, onpick }),
          el("span", { id: "announcement", role: "status" })
        )
      ),
      body
    );
    if (!readable) {
      body.append(...frame(entry, lines));
      if (lines !== null) {
        existing(lines, Infinity);
      }
      return state;
    }
    const onmark = (marked) => {
      if (marked !== null) {
        onlines(marked);
      }
    };
    const show = (text) => (isJson(entry) ? showJson(body, text, { onmark }) : null) ?? showCode(body, text, { language: languageOf(entry), onmark });
    const load = loaderNamed(entry.lazy_loader);
    const shown = load === null ? withText(body, entry, show) : load(body, entry, { onmark });
    shown.then((view) => {
      state.view = view;
      if (view !== null && lines !== null && body.isConnected) {
        state.follow(lines);
      }
    });
    return state;
  };

  // src/trace-page.js
  var PRELOADED_ROWS = 2e5;
  var TracePage = class {
    /**
     * @param {Trace} trace
     * @param {object} actions What the keys for the colours and the help do.
     * @param {() => void} actions.onnexttheme
     * @param {() => void} actions.onhelp
     */
    constructor(trace, { onnexttheme, onhelp }) {
      this.trace = trace;
      this.onnexttheme = onnexttheme;
      this.onhelp = onhelp;
      this.main = byId("main");
      this.filter = /** @type {HTMLInputElement} */
      byId("filter");
      this.status = byId("tree-status");
      this.query = "";
      this.picking = null;
      this.shown = null;
      this.view = null;
      this.turn = {};
      this.settled = {};
      this.bannerText = el("span");
      this.cancel = makeButton("Cancel", () => this.stopPicking());
      this.tree = new Tree(trace, byId("tree"), {
        onopen: (entry) => this.onopen(entry),
        onerror: (error) => this.say(messageOf(error))
      });
      this.filter.addEventListener("input", () => this.applyFilter());
      this.filter.addEventListener("keydown", (event) => this.onfilterkey(event));
      byId("expand-all").addEventListener("click", () => this.toggleAll());
      byId("home").addEventListener("click", (event) => {
        event.preventDefault();
        this.goHome();
      });
      window.addEventListener("hashchange", () => this.follow());
      this.nameToggle();
      this.makeBanner();
    }
    // Says, above the list, that the next artifact that is opened is compared with one.
    makeBanner() {
      this.cancel.hidden = true;
      const banner = el("p", { class: "picking", role: "status" }, this.bannerText, this.cancel);
      this.status.before(banner);
    }
    /** @param {Entry} from */
    startPicking(from) {
      this.picking = from;
      this.bannerText.textContent = `Choose what to compare ${printable(from.name)} with.`;
      this.cancel.hidden = false;
      this.toList();
    }
    // Back to what the address names: the artifact that was to be compared.
    stopPicking() {
      if (this.picking !== null) {
        this.endPicking();
        byId("tree").focus();
        this.follow();
      }
    }
    endPicking() {
      this.picking = null;
      this.bannerText.textContent = "";
      this.cancel.hidden = true;
    }
    // On narrow screens the list and an artifact take turns.
    toList() {
      document.body.classList.remove("viewing");
      byId("tree").focus();
    }
    /** @param {string} text */
    say(text) {
      this.status.textContent = text;
    }
    nameToggle() {
      byId("expand-all").textContent = this.tree.rows.allOpen ? "Collapse all" : "Expand all";
    }
    toggleAll() {
      this.tree.rows.setAllOpen(!this.tree.rows.allOpen);
      this.tree.redraw();
      this.nameToggle();
    }
    /* The filter */
    async applyFilter() {
      const query = this.filter.value.trim();
      if (query === this.query) {
        return;
      }
      this.query = query;
      if (query === "") {
        this.tree.setFound(null);
        this.tree.show(this.shown);
        this.say("");
        return;
      }
      const isCurrent = () => this.query === query;
      const progress = (found, matches, share) => {
        if (isCurrent()) {
          this.tree.setFound(found);
          this.say(`${plural(matches, "match", "matches")} so far, ${Math.floor(share * 100)}% searched`);
        }
      };
      try {
        const result = await search(this.trace, query, isCurrent, progress);
        if (result !== null) {
          this.tree.active = 0;
          this.tree.setFound(result.found);
          this.tree.container.scrollTop = 0;
          this.say(plural(result.matches, "match", "matches"));
        }
      } catch (error) {
        this.say(messageOf(error));
      }
    }
    /** @param {KeyboardEvent} event */
    onfilterkey(event) {
      if (event.key === "Escape" && this.picking !== null) {
        event.preventDefault();
        this.stopPicking();
      } else if (event.key === "Escape") {
        this.clearFilter();
      } else if (event.key === "Enter" || event.key === "ArrowDown") {
        event.preventDefault();
        byId("tree").focus();
        const rows = this.tree.rows.found?.length ?? 0;
        if (rows > 1) {
          this.tree.setActive(1);
          if (event.key === "Enter" && rows === 2) {
            this.tree.activate();
          }
        }
      }
    }
    clearFilter() {
      this.filter.value = "";
      this.applyFilter();
      byId("tree").focus();
    }
    /* What the address asks for */
    /** @param {Entry} entry */
    onopen(entry) {
      if (this.picking !== null) {
        this.compare(this.picking, entry);
        return;
      }
      this.goTo(hrefOf(entry));
    }
    /**
     * @param {Entry} left
     * @param {Entry} right
     */
    compare(left, right) {
      this.goTo(compareAddress(left.id, right.id));
    }
    /**
     * Browsers tell of no change where the address is the same: what it names may be out of sight.
     *
     * @param {string} hash
     */
    goTo(hash) {
      const before = location.hash;
      location.hash = hash;
      if (location.hash === before) {
        this.follow();
      }
    }
    goHome() {
      if (location.hash !== "") {
        history.pushState(null, "", location.pathname + location.search);
        this.follow();
      }
    }
    async follow() {
      const turn = this.turn = {};
      this.endPicking();
      const asked = traceAddress(location.hash);
      const setViewing = (viewing) => document.body.classList.toggle("viewing", viewing);
      try {
        if (asked.kind === "compare") {
          const [left, right] = await Promise.all([this.need(asked.left), this.need(asked.right)]);
          if (this.turn === turn) {
            this.leave(compareTitle(left, right));
            setViewing(true);
            await showCompare(this.main, left, right, {
              swap: () => this.compare(right, left),
              onback: () => this.toList()
            });
          }
        } else if (asked.kind === "group") {
          setViewing(false);
          await this.showGroup(asked.folder, turn);
        } else if (asked.kind === "entry") {
          const entry = await this.need(asked.id);
          if (this.turn === turn) {
            setViewing(true);
            this.show(entry, asked.id, asked.lines);
          }
        } else {
          setViewing(false);
          this.leave();
          await showOverview(this.main, this.trace);
        }
      } catch (error) {
        if (this.turn === turn) {
          setViewing(false);
          this.leave();
          this.main.replaceChildren(notice(messageOf(error), "alarm"));
        }
      }
    }
    /**
     * The pane shows no artifact, but what the title says, if anything.
     *
     * @param {string | null} title
     */
    leave(title = null) {
      this.shown = null;
      this.tree.show(null);
      document.title = title === null ? this.trace.head.title : `${title} · ${this.trace.head.title}`;
    }
    /** @param {string} id */
    async need(id) {
      const entry = await this.trace.find(id);
      if (entry === null) {
        throw new Error(`There is no artifact ${printable(id)} in this trace.`);
      }
      return entry;
    }
    /**
     * @param {string} folder
     * @param {object} turn
     */
    async showGroup(folder, turn) {
      await this.trace.outline;
      const group = this.trace.groupOfAddress.get(folder);
      if (group === void 0) {
        throw new Error(`There is no compile id ${printable(folder)} in this trace.`);
      }
      if (this.turn === turn) {
        this.leave(printable(group.shown));
        if (this.query !== "") {
          this.filter.value = "";
          await this.applyFilter();
        }
        this.tree.showGroup(group);
        await showOverview(this.main, this.trace);
      }
    }
    /**
     * @param {Entry} entry
     * @param {string} id As the address has it.
     * @param {LineRange | null} lines
     */
    show(entry, id, lines) {
      this.settled = this.turn;
      if (this.shown?.id === id && this.view?.view) {
        this.view.follow(lines);
        return;
      }
      this.shown = entry;
      this.tree.show(entry);
      document.title = `${printable(entry.name)} · ${printable(entry.group.shown)} · ${this.trace.head.title}`;
      this.view = showEntry(this.main, entry, lines, {
        oncompare: (left, right) => this.compare(left, right),
        onpick: (from) => this.startPicking(from),
        onlines: (marked) => {
          if (this.settled !== this.turn || this.shown !== entry) {
            return;
          }
          history.replaceState(null, "", entryAddress(entry.id, marked));
        },
        onback: () => this.toList()
      });
    }
    onescape() {
      if (this.picking !== null) {
        this.stopPicking();
      } else if (this.query !== "") {
        this.clearFilter();
      } else {
        this.goHome();
        byId("tree").focus();
      }
    }
    /**
     * What keys do, wherever the focus is.
     *
     * @returns {{ [key: string]: (event: Event) => void }}
     */
    keys() {
      return {
        "/": () => {
          this.filter.focus();
          this.filter.select();
        },
        j: () => this.step(1),
        k: () => this.step(-1),
        Enter: (event) => {
          const element = elementOf(event);
          if (element instanceof HTMLElement && element.closest("a, button, summary") !== null) {
            element.click();
          } else {
            this.tree.activate();
          }
        },
        Escape: () => this.onescape(),
        t: () => this.onnexttheme(),
        "?": () => this.onhelp()
      };
    }
    /** @param {number} step */
    step(step) {
      byId("tree").focus({ preventScroll: true });
      this.tree.move(step);
    }
    // Loads the rows while nothing else is to do, so that the filter need not wait for them.
    async preload() {
      await this.trace.outline;
      const last = Math.min(this.trace.head.rows, PRELOADED_ROWS);
      for (let row = 0; row < last; row += this.trace.head.shard_rows) {
        await this.trace.shard(row / this.trace.head.shard_rows);
        await breathe();
      }
    }
  };

  // src/trace.js
  var Trace = class {
    /**
     * `onoutline` is called for each part of the outline that has come.
     *
     * @param {Load} load
     * @param {string} base Leads to the trace's folder.
     */
    constructor(load, base = "") {
      this.load = load;
      this.base = base;
      this.opened = null;
      this.outline = Promise.resolve();
      this.onoutline = null;
      this.groups = [];
      this.kinds = [];
      this.shards = [];
      this.pendingShards = /* @__PURE__ */ new Map();
      this.groupOfAddress = /* @__PURE__ */ new Map();
    }
    async open() {
      const [head] = await this.load(this.base + HEAD_FILE, "head");
      if (head.version !== REPORT_VERSION) {
        throw new Error("The report's data are of another version: run artifact-stream again.");
      }
      this.opened = head;
      this.kinds = head.kinds;
      this.outline = this.loadOutline();
      this.outline.catch(() => {
      });
    }
    /** What there is; only of a trace that has been opened. */
    get head() {
      if (this.opened === null) {
        throw new Error("The trace is not opened yet.");
      }
      return this.opened;
    }
    async loadOutline() {
      const parts = Math.ceil(this.head.groups / this.head.outline_groups);
      let start2 = 0;
      for (let part = 0; part < parts; part += 1) {
        const [lines] = await this.load(this.base + outlineFile(part), "outline");
        for (const line of lines) {
          const key = line[OUTLINE_LINE.key];
          const folder = line[OUTLINE_LINE.folder];
          const kinds = line[OUTLINE_LINE.kinds];
          const count = kinds.reduce((sum, number) => sum + number, 0);
          let address = folder;
          while (this.groupOfAddress.has(address)) {
            address += "/";
          }
          const group = {
            number: this.groups.length,
            key,
            shown: line[OUTLINE_LINE.shown] || key,
            folder,
            address,
            bytes: line[OUTLINE_LINE.bytes],
            kinds,
            start: start2,
            count
          };
          this.groups.push(group);
          this.groupOfAddress.set(address, group);
          start2 += count;
        }
        this.onoutline?.();
      }
    }
    get shardCount() {
      return Math.ceil(this.head.rows / this.head.shard_rows);
    }
    /**
     * The rows of one data file; loaded once.
     *
     * @param {number} number
     * @returns {Promise<Shard>}
     */
    shard(number) {
      if (this.shards[number] !== void 0) {
        return Promise.resolve(this.shards[number]);
      }
      const known2 = this.pendingShards.get(number);
      if (known2 !== void 0) {
        return known2;
      }
      const loading = this.load(this.base + rowsFile(number), "rows").then((call) => {
        const shard = { rows: call[ROWS_CALL.rows], types: call[ROWS_CALL.types], flags: call[ROWS_CALL.flags] };
        this.shards[number] = shard;
        return shard;
      });
      this.pendingShards.set(number, loading);
      return loading;
    }
    /** @param {Group} group */
    async loadGroup(group) {
      const size = this.head.shard_rows;
      const last = Math.floor((group.start + group.count - 1) / size);
      for (let number = Math.floor(group.start / size); number <= last; number += 1) {
        await this.shard(number);
      }
    }
    /** @param {number} number */
    groupOfRow(number) {
      let low = 0;
      let high = this.groups.length - 1;
      while (low < high) {
        const middle = low + high + 1 >> 1;
        if (this.groups[middle].start <= number) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return this.groups[low];
    }
    /**
     * The entry in a row; null while its data file is not loaded.
     *
     * @param {number} number
     * @param {Group} group
     * @returns {Entry | null}
     */
    entry(number, group = this.groupOfRow(number)) {
      const size = this.head.shard_rows;
      const shard = this.shards[Math.floor(number / size)];
      if (shard === void 0) {
        return null;
      }
      const row = shard.rows[number % size];
      const name = row[ROW.name];
      const bytes = row[ROW.bytes];
      const more = row[ROW.more] ?? {};
      const flags = more[ROW_MORE.flags];
      const id = `${group.folder}${encodeURIComponent(name)}`;
      return {
        trace: this,
        base: this.base,
        number,
        group,
        name,
        type: shard.types[row[ROW.type]],
        bytes,
        lines: row[ROW.lines],
        line: row[ROW.line],
        rank: row[ROW.rank] ?? null,
        process: (more[ROW_MORE.process] ?? this.head.process) || null,
        subgraph: more[ROW_MORE.subgraph_name] ?? null,
        id,
        url: more[ROW_MORE.url] ?? id,
        isLink: bytes === null,
        isWeb: more[ROW_MORE.web] === 1,
        flags: flags === void 0 ? [] : shard.flags[flags],
        lazy_loader: this.loaderOf(more[ROW_MORE.loader]),
        textUrl: more[ROW_MORE.text_url] ?? null,
        textBytes: more[ROW_MORE.text_bytes] ?? bytes,
        language: more[ROW_MORE.language] ?? null,
        originalName: more[ROW_MORE.original_name] ?? null,
        isCode: (this.kinds[this.kindOfRow(number, group)]?.loader ?? null) !== null
      };
    }
    /**
     * A loader's name, which a row gives by number where a kind has it.
     *
     * @param {number | string | undefined} given
     */
    loaderOf(given) {
      if (given === void 0) {
        return null;
      }
      return (typeof given === "number" ? this.kinds[given - 1]?.loader : null) ?? String(given);
    }
    /**
     * The place of a row's kind among those of the trace.
     *
     * @param {number} number
     * @param {Group} group
     */
    kindOfRow(number, group) {
      let rest = number - group.start;
      return group.kinds.findIndex((count) => (rest -= count) < 0);
    }
    /**
     * The entry with an id, which is a folder and a name, percent-encoded; null if there is none.
     *
     * @param {string} id
     * @returns {Promise<Entry | null>}
     */
    async find(id) {
      await this.outline;
      const cut = id.lastIndexOf("/") + 1;
      let name;
      try {
        name = decodeURIComponent(id.slice(cut));
      } catch {
        return null;
      }
      for (let address = id.slice(0, cut); ; address += "/") {
        const group = this.groupOfAddress.get(address);
        const entry = group === void 0 ? null : await this.entryOf(group, name);
        if (group === void 0 || entry !== null) {
          return entry;
        }
      }
    }
    /**
     * The artifact of a compile id with a name; null if there is none.
     *
     * @param {Group} group
     * @param {string} name
     * @returns {Promise<Entry | null>}
     */
    async entryOf(group, name) {
      const size = this.head.shard_rows;
      for (let number = group.start; number < group.start + group.count; number += 1) {
        const { rows } = await this.shard(Math.floor(number / size));
        const end = Math.min(group.start + group.count, (Math.floor(number / size) + 1) * size);
        for (; number < end; number += 1) {
          const row = rows[number % size];
          if (row[ROW.name] === name && row[ROW.bytes] !== null) {
            return this.entry(number, group);
          }
        }
        number -= 1;
      }
      return null;
    }
    /**
     * All entries of a compile id.
     *
     * @param {Group} group
     */
    async entriesOf(group) {
      await this.loadGroup(group);
      const numbers = Array.from({ length: group.count }, (_, offset) => group.start + offset);
      return numbers.map((number) => this.entry(number, group)).filter((entry) => entry !== null);
    }
  };

  // src/shared.js
  async function sharedEntries(left, right, most) {
    const pairs = [];
    const folders = /* @__PURE__ */ new Set([...left.groupOfAddress.keys(), ...right.groupOfAddress.keys()]);
    for (const folder of folders) {
      const [ours, theirs] = await Promise.all(
        [left, right].map((trace) => {
          const group = trace.groupOfAddress.get(folder);
          return group === void 0 ? [] : trace.entriesOf(group);
        })
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
  function verdictOf([left, right]) {
    if (left === null || right === null) {
      return "only in one";
    }
    return left.bytes === right.bytes && left.lines === right.lines ? "same size" : "differs";
  }

  // src/traces-page.js
  var FIRST_TRACES = 64;
  var SHOWN_ROWS2 = 1e3;
  var CUT = `There are more: these are the first ${formatCount(SHOWN_ROWS2)} artifacts, in order of the compile ids. To compare another one, open it in its trace and choose at Compare with.`;
  var opened = /* @__PURE__ */ new Map();
  async function openTrace(base) {
    let opening = opened.get(base);
    if (opening === void 0) {
      const made = new Trace(loadData, base);
      opening = made.open().then(() => made);
      opened.set(base, opening);
    }
    const trace = await opening;
    await trace.outline;
    return trace;
  }
  async function findEntry(traces, id) {
    const known2 = traces.find(({ url }) => id.startsWith(url));
    const entry = known2 === void 0 ? null : await (await openTrace(known2.url)).find(id.slice(known2.url.length));
    if (entry === null) {
      throw new Error(`There is no artifact ${printable(id)} in this run.`);
    }
    return entry;
  }
  var pageHref = (entry) => `${entry.base}${INDEX_PAGE}#/${entry.id}`;
  var compareHref = (left, right) => compareAddress(left.base + left.id, right.base + right.id);
  async function showWorth(container, traces) {
    const parts = [];
    const body = el("div");
    const status = el("p", { class: "muted", role: "status" });
    container.append(el("h2", { text: "Worth a look in all traces" }), status, body);
    const load = async (some) => {
      for (const { name, url } of some) {
        try {
          const [worth] = await loadData(url + WORTH_FILE, "worth");
          parts.push([worth, { label: `${name} `, link: (id) => `${url}${INDEX_PAGE}#/${id}` }]);
        } catch (error) {
          body.before(notice(messageOf(error), "alarm"));
        }
      }
      body.replaceChildren(...worthSections(parts, traces.length));
      status.textContent = `${plural(parts.length, "trace")} of ${formatCount(traces.length)}.`;
    };
    await load(traces.slice(0, FIRST_TRACES));
    if (traces.length > FIRST_TRACES) {
      const more = makeButton("Look at all", () => {
        more.remove();
        load(traces.slice(FIRST_TRACES));
      });
      status.after(more);
    }
  }
  function differenceRow(pair) {
    const [left, right] = pair;
    const either = left ?? right;
    const size = (entry) => el("td", { class: "amount", text: entry === null ? "–" : entrySize(entry) });
    const verdict = verdictOf(pair);
    return el(
      "tr",
      { class: verdict.replaceAll(" ", "-") },
      el("td", { text: printable(either.group.shown) }),
      el("td", {}, left !== null && right !== null ? el("a", { href: compareHref(left, right), text: printable(either.name) }) : printable(either.name)),
      size(left),
      size(right),
      el("td", { text: verdict })
    );
  }
  async function showRanks(container, traces, bases) {
    const [left, right] = await Promise.all(bases.map(openTrace));
    const { pairs, cut } = await sharedEntries(left, right, SHOWN_ROWS2);
    const name = (base) => traces.find(({ url }) => url === base)?.name ?? base;
    container.replaceChildren(
      ...cut ? [notice(CUT)] : [],
      el(
        "table",
        { class: "ranks" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            ...["Compile id", "Artifact", name(bases[0]), name(bases[1]), "Sizes"].map((text) => el("th", { scope: "col", text }))
          )
        ),
        el("tbody", {}, ...pairs.map(differenceRow))
      )
    );
  }
  function rankChoice(traces, chosen) {
    const select = (label, value) => {
      const element = el("select", { class: "button", "aria-label": label });
      element.append(...traces.map(({ name, url }) => el("option", { value: url, text: name })));
      element.value = value;
      return element;
    };
    const left = select("First trace", chosen[0]);
    const right = select("Second trace", chosen[1]);
    return el(
      "p",
      { class: "rank-choice" },
      left,
      " with ",
      right,
      " ",
      makeButton("Compare", () => {
        location.hash = `#ranks=${left.value}&${right.value}`;
      })
    );
  }
  async function showOthers(container, traces, id) {
    const entry = await findEntry(traces, id);
    const own = await entry.trace.entriesOf(entry.group);
    const list = el("ul", { class: "others" });
    container.replaceChildren(
      el("h2", { text: `${printable(entry.group.shown)} ${printable(entry.name)} in other traces` }),
      list
    );
    for (const { name, url } of traces.filter((trace) => trace.url !== entry.base).slice(0, FIRST_TRACES)) {
      const trace = await openTrace(url);
      const group = trace.groupOfAddress.get(entry.group.address);
      const other = group === void 0 ? null : counterpart(entry, own, await trace.entriesOf(group));
      if (other !== null) {
        list.append(el("li", {}, el("a", { href: compareHref(entry, other), text: `Compare with ${name}` })));
      }
    }
    if (list.childElementCount === 0) {
      list.replaceWith(notice("No other trace has it."));
    }
  }
  var ownTitle = document.title;
  async function route(traces, pane, home) {
    const { verb, names } = tracesAddress(location.hash);
    home.hidden = verb !== null && verb !== "ranks";
    pane.replaceChildren();
    document.title = ownTitle;
    try {
      if (verb === "compare") {
        const [left, right] = await Promise.all(names.map((id) => findEntry(traces, id)));
        document.title = `${compareTitle(left, right)} · ${ownTitle}`;
        await showCompare(pane, left, right, {
          swap: () => location.hash = compareHref(right, left),
          address: pageHref
        });
      } else if (verb === "others") {
        await showOthers(pane, traces, names[0]);
      } else if (verb === "ranks") {
        if (names.length !== 2 || !names.every((base) => traces.some(({ url }) => url === base))) {
          throw new Error("These are no two traces of this run.");
        }
        const table = el("div");
        pane.append(el("h2", { text: "Compare traces" }), rankChoice(traces, names), table);
        await showRanks(table, traces, names);
      }
    } catch (error) {
      pane.append(notice(messageOf(error), "alarm"));
    }
  }
  var startTraces = async () => {
    const more = byId("more");
    const pane = el("div", { class: "traces-pane" });
    const home = el("div");
    more.append(pane, home);
    const [data] = await loadData(TRACES_FILE, "traces");
    const { traces } = data;
    if (traces.length > 1) {
      home.append(
        el("h2", { text: "Compare two traces" }),
        rankChoice(traces, [traces[0].url, traces[1].url])
      );
    }
    const follow = () => route(traces, pane, home);
    window.addEventListener("hashchange", follow);
    await follow();
    await showWorth(home, traces);
  };

  // src/report.js
  window.artifactStream = { ...receivers, ...loaders };
  var help = () => (
    /** @type {HTMLDialogElement} */
    byId("help")
  );
  var showHelp = () => help().showModal();
  function nameTheme() {
    const theme = currentTheme();
    const words2 = theme === "auto" ? "as the system" : theme;
    byId("theme").textContent = `Theme: ${theme}`;
    byId("theme").setAttribute("aria-label", `Theme: ${theme}, colours ${words2}`);
  }
  function nextTheme() {
    chooseNextTheme();
    nameTheme();
  }
  function startFrame() {
    nameTheme();
    byId("theme").addEventListener("click", nextTheme);
    byId("help-button").addEventListener("click", showHelp);
    byId("help-close").addEventListener("click", () => help().close());
  }
  var inField = (event) => (elementOf(event)?.closest("input, select, textarea, dialog") ?? null) !== null;
  function onFrameKey(event, keys) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || inField(event)) {
      return;
    }
    const action = keys[event.key];
    if (action !== void 0) {
      event.preventDefault();
      action(event);
    }
  }
  async function startTrace() {
    const trace = new Trace(loadData);
    await trace.open();
    const page = new TracePage(trace, { onnexttheme: nextTheme, onhelp: showHelp });
    document.addEventListener("keydown", (event) => onFrameKey(event, page.keys()));
    await page.follow();
    document.documentElement.classList.add("ready");
    await page.preload();
    document.documentElement.classList.add("loaded");
  }
  function keepHelpOf(keys) {
    const rows = document.querySelectorAll("#help .keys div");
    for (const row of rows) {
      row.hidden = ![...row.querySelectorAll("kbd")].some((key) => (key.textContent ?? "") in keys);
    }
    firstElement("#help p").hidden = true;
  }
  async function startTracesPage() {
    const keys = { t: nextTheme, "?": showHelp };
    document.addEventListener("keydown", (event) => onFrameKey(event, keys));
    keepHelpOf(keys);
    await startTraces();
    document.documentElement.classList.add("ready", "loaded");
  }
  startFrame();
  var start = document.body.dataset.page === "trace" ? startTrace : startTracesPage;
  start().catch((error) => {
    byId("main").prepend(notice(messageOf(error), "alarm"));
  });
})();
