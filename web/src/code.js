/* Line links, the Copy button, and colours for the kernels embedded in a code page.

   The page is complete without this script.  Nothing here runs once per line when a page opens:
   pages have had 200,000 lines. */

/** @import { LineRange } from "./code-lines.js" */
/** @import { Highlighter } from "./libraries.js" */

import { formatRange, parseRange, splitLines } from "./code-lines.js";
import { byId, copyText, elementOf, firstElement, library } from "./dom.js";
import { applyTheme } from "./theme-choice.js";

// Beyond this many characters colouring would hold up scrolling.
const KERNEL_LIMIT = 1_000_000;
// Kernels are coloured a little before they scroll into view.
const KERNEL_MARGIN = "600px 0px";
// Keys that mean something to the report page around this one, and nothing here.
const PAGE_KEYS = new Set(["/", "j", "k", "t", "?", "Escape"]);

const scroller = firstElement("pre.code");
const code = firstElement("code", scroller);
const status = byId("status");

/* ---- Line links: #L12 and #L12-L20 ---- */

/** @type {HTMLElement[]} */
let markedLines = [];

function clearMarks() {
  markedLines.forEach((line) => line.classList.remove("marked"));
  markedLines = [];
}

/** @param {LineRange} range */
function markRange({ first, last }) {
  clearMarks();
  for (let number = first; number <= last; number += 1) {
    const line = document.getElementById(`L${number}`);
    if (line === null) {
      break; // The range ends after the source does.
    }
    line.classList.add("marked");
    markedLines.push(line);
  }
}

function followHash() {
  clearMarks();
  status.textContent = "";
  const range = parseRange(location.hash);
  if (range === null) {
    return;
  }
  markRange(range);
  if (markedLines.length > 0) {
    markedLines[0].scrollIntoView();
  } else {
    const count = code.getElementsByTagName("a").length;
    status.textContent = `There is no line ${range.first}: the last one is ${count}.`;
  }
}

/** @param {MouseEvent} event */
function onLineClick(event) {
  const line = elementOf(event)?.closest("a[id]") ?? null;
  if (line === null || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  event.preventDefault();
  const clicked = Number(line.id.slice(1));
  const pivot = event.shiftKey ? parseRange(location.hash)?.first ?? clicked : clicked;
  const range = { first: Math.min(pivot, clicked), last: Math.max(pivot, clicked) };
  // Unlike setting location.hash, this does not scroll away from the line just clicked.
  history.pushState(null, "", formatRange(range));
  status.textContent = "";
  markRange(range);
}

/* ---- Copy ---- */

async function onCopyClick() {
  const copied = await copyText(code.textContent ?? "");
  copyButton.focus();
  status.textContent = copied ? "Copied" : "Copying failed: select the text instead.";
}

/* ---- Embedded kernels, and code that is not Python ---- */

/**
 * Which line of the code each anchor opens: anchors stand directly after a line break.
 *
 * @param {Element} part
 */
function anchorsByLine(part) {
  /** @type {Map<number, Element>} */
  const anchors = new Map();
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let line = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      line += (node.textContent ?? "").split("\n").length - 1;
    } else if (node instanceof Element && node.matches("a[id]")) {
      anchors.set(line, node);
    }
  }
  return anchors;
}

/** @param {string} html */
function parseFragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * @param {DocumentFragment[]} lines
 * @param {Map<number, Element>} anchors
 */
function weave(lines, anchors) {
  const woven = document.createDocumentFragment();
  lines.forEach((line, number) => {
    if (number > 0) {
      woven.append("\n");
    }
    const anchor = anchors.get(number);
    if (anchor !== undefined) {
      woven.append(anchor);
    }
    woven.append(line);
  });
  return woven;
}

/** The language of all code in the page, where that is not Python: then nothing is coloured yet. */
const pageLanguage = /(?:^| )language-(?!python\b|text\b)(\S+)/.exec(code.className)?.[1] ?? null;

/**
 * @param {Element} part A kernel, or a chunk of lines.
 * @param {Highlighter} hljs
 */
function colour(part, hljs) {
  const text = part.textContent ?? "";
  const language = part.getAttribute("data-language") ?? pageLanguage;
  if (language === null || text.length > KERNEL_LIMIT || hljs.getLanguage(language) === undefined) {
    return;
  }
  const lines = splitLines(hljs.highlight(text, { language, ignoreIllegals: true }).value);
  const fragments = lines.map(parseFragment);
  // Compared before anything moves: whatever happens, the page shows the source as it is.
  if (fragments.map((fragment) => fragment.textContent).join("\n") === text) {
    part.replaceChildren(weave(fragments, anchorsByLine(part)));
  }
}

/**
 * @param {IntersectionObserverEntry[]} entries
 * @param {IntersectionObserver} observer
 */
function onApproach(entries, observer) {
  const near = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
  if (near.length === 0) {
    return;
  }
  near.forEach((part) => observer.unobserve(part));
  library("highlight.min.js", "hljs").then(
    (hljs) => near.forEach((part) => colour(part, hljs)),
    () => observer.disconnect(),
  );
}

function colourInView() {
  const observer = new IntersectionObserver(onApproach, {
    root: scroller,
    rootMargin: KERNEL_MARGIN,
  });
  code.querySelectorAll(pageLanguage === null ? ".kernel" : ".chunk").forEach((part) => observer.observe(part));
}

/* ---- Start ---- */

/**
 * In a frame the keys belong to the page around it.
 *
 * @param {KeyboardEvent} event
 */
function onFramedKey(event) {
  if (PAGE_KEYS.has(event.key) && !(event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)) {
    event.preventDefault();
    window.parent.postMessage({ key: event.key }, "*");
  }
}

// A report page that shows this page in a frame says which colours were chosen there.
const theme = /^theme-(light|dark)$/.exec(window.name);
if (theme !== null) {
  applyTheme(theme[1]);
}
document.documentElement.classList.add("scripted");
const copyButton = byId("copy");
copyButton.hidden = false;
copyButton.addEventListener("click", onCopyClick);
code.addEventListener("click", onLineClick);
window.addEventListener("hashchange", followHash);
followHash();
if (window.parent === window) {
  scroller.focus({ preventScroll: true });
} else {
  document.addEventListener("keydown", onFramedKey);
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && typeof event.data?.theme === "string") {
      applyTheme(event.data.theme);
    }
  });
}
colourInView();
