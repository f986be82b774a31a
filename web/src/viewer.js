/* The pane that shows one artifact. */

/** @import { LineRange } from "./code-lines.js" */
/** @import { View } from "./code-view.js" */
/** @import { Entry } from "./trace.js" */

import { writtenLines } from "./addresses.js";
import { bytesOf } from "./bytes.js";
import { showCode } from "./code-view.js";
import { loadData } from "./data-files.js";
import { announce, copyText, el, makeButton, notice } from "./dom.js";
import { entryMeta, isJson, isPage, languageOf } from "./entries.js";
import { showJson } from "./json-view.js";
import { loaderNamed } from "./loaders.js";
import { otherTraces, pairsFor } from "./pairs.js";
import { INDEX_PAGE } from "./shapes.js";
import { formatCount, messageOf, printable, wellFormed } from "./text.js";
import { canRead, howToRead, textOf, withText } from "./texts.js";
import { currentTheme } from "./theme-choice.js";

/**
 * What is shown of an entry: its text once that is there, and what marks lines of it.
 *
 * @typedef {object} Shown
 * @property {View | null} view
 * @property {(lines: LineRange) => void} goTo Marks lines, and says so in the address.
 * @property {(lines: LineRange | null) => void} follow Marks what the address asks for.
 */

/** @param {Entry} entry */
function details(entry) {
  const parts = [printable(entry.type), entryMeta(entry), `line ${formatCount(entry.line)} of the trace`];
  if (entry.originalName !== null) {
    parts.push(`logged as ${printable(entry.originalName)}`);
  }
  return el(
    "p",
    { class: "subtitle" },
    el("a", { href: `#/${entry.group.folder}`, text: printable(entry.group.shown) }),
    ` · ${parts.join(" · ")}`,
    ...entry.flags.map((flag) => el("span", { class: "flag", text: flag })),
  );
}

/**
 * A file is downloaded as it is, of any size; what is in a pack is made of its text.
 *
 * @param {Entry} entry
 */
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
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      announce(messageOf(error));
    }
  });
}

/** @param {Entry} entry */
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

/**
 * The part of a range that there is; null, and a message, if there is none.
 *
 * @param {LineRange} lines
 * @param {number} lineCount
 */
function existing({ first, last }, lineCount) {
  if (first >= 1 && first <= lineCount) {
    return { first, last: Math.min(last, lineCount) };
  }
  announce(
    first < 1
      ? "There is no line 0: the first one is 1."
      : `There is no line ${first}: the last one is ${lineCount}.`,
  );
  return null;
}

/** @param {Shown} state */
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
    },
  });
  return box;
}

/**
 * A choice of what to compare with, filled once the candidates are known, and the button that
 * compares: with the keyboard a choice changes at every step.
 *
 * @param {Entry} entry
 * @param {{ oncompare: (left: Entry, right: Entry) => void, onpick: (from: Entry) => void }} actions
 */
function compareChoice(entry, { oncompare, onpick }) {
  const choice = el("select", { class: "button", "aria-label": "Compare with" });
  /** @type {Map<string, () => void>} */
  const options = new Map();
  /**
   * @param {string} label
   * @param {() => void} action
   */
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
          location.href = `../${INDEX_PAGE}#others=${encodeURIComponent(entry.trace.head.folder)}/${entry.id}`;
        });
      }
      add("another: choose it in the list", () => onpick(entry));
    },
    () => add("another: choose it in the list", () => onpick(entry)),
  );
  return el("span", { class: "compare-choice" }, choice, makeButton("Compare", () => options.get(choice.value)?.()));
}

// Keys come here from a code page in a frame that has the focus.
window.addEventListener("message", (event) => {
  /** @type {NodeListOf<HTMLIFrameElement>} */
  const found = document.querySelectorAll("iframe.frame");
  const frames = [...found];
  const key = event.data?.key;
  if (typeof key === "string" && frames.some((frame) => frame.contentWindow === event.source)) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
});

/**
 * The file itself, where the page cannot have its text.
 *
 * @param {Entry} entry
 * @param {LineRange | null} lines
 */
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
      src: `${entry.base}${entry.url}${anchor}`,
    }),
  ];
}

/**
 * Shows an entry in the pane.
 *
 * @param {HTMLElement} container
 * @param {Entry} entry
 * @param {LineRange | null} lines
 * @param {object} actions
 * @param {(left: Entry, right: Entry) => void} actions.oncompare
 * @param {(from: Entry) => void} actions.onpick
 * @param {(marked: LineRange | null) => void} actions.onlines Is told of the lines that are marked.
 * @param {() => void} actions.onback
 * @returns {Shown}
 */
export const showEntry = (container, entry, lines, { oncompare, onpick, onlines, onback }) => {
  const body = el("div", { class: "viewer-body" });
  const readable = canRead(entry);
  /** @type {Shown} */
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
    },
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
        el("span", { id: "announcement", role: "status" }),
      ),
    ),
    body,
  );
  if (!readable) {
    body.append(...frame(entry, lines));
    if (lines !== null) {
      existing(lines, Infinity);
    }
    return state;
  }
  const onmark = (/** @type {LineRange | null} */ marked) => {
    if (marked !== null) {
      onlines(marked);
    }
  };
  const show = (/** @type {string} */ text) =>
    (isJson(entry) ? showJson(body, text, { onmark }) : null) ??
    showCode(body, text, { language: languageOf(entry), onmark });
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
