/* Showing code: all of the text is in the page, in chunks that are laid out and coloured only when
   they come near, so that a payload of megabytes opens at once and the browser's search finds all. */

/** @import { LineRange } from "./code-lines.js" */
/** @import { Highlighter } from "./libraries.js" */

import { el, elementOf, library, notice } from "./dom.js";
import { gutter, kernelsOf, lineStarts, pieces } from "./kernels.js";
import { formatSize, wellFormed } from "./text.js";

const CHUNK_LINES = 200;
const SHOWN_CHARS = 20_000_000;
// A chunk of very long lines would hold up scrolling.
const COLOUR_CHARS = 200_000;
const MARGIN = "400px 0px";

/**
 * A text that is shown.
 *
 * @typedef {object} View
 * @property {number} lineCount
 * @property {(first: number | null, last?: number, options?: { scroll?: boolean }) => void} mark Marks
 *   lines; none for null.
 */

/**
 * @typedef {object} CodeOptions
 * @property {string | null} [language]
 * @property {((marked: LineRange | null) => void) | null} [onmark] Is told of the lines that clicks mark.
 */

/**
 * Some lines, the first of them, and where their text is.
 *
 * @typedef {{ body: HTMLElement, firstLine: number, start: number, end: number }} Chunk
 */

/**
 * @param {Highlighter} hljs
 * @param {string} text
 * @param {string | null} language
 */
function coloured(hljs, text, language) {
  if (language === null || hljs.getLanguage(language) === undefined) {
    return el("span", { class: "hljs-string", text });
  }
  const template = document.createElement("template");
  template.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
  // Whatever the highlighter does, the page shows the text as it is.
  return template.content.textContent === text ? template.content : text;
}

/**
 * Shows a text in a container.
 *
 * @param {HTMLElement} container
 * @param {string} payload
 * @param {CodeOptions} options
 * @returns {View}
 */
export const showCode = (container, payload, { language = null, onmark = null } = {}) => {
  const whole = wellFormed(payload);
  const text = whole.length > SHOWN_CHARS ? whole.slice(0, SHOWN_CHARS) : whole;
  const starts = lineStarts(text);
  const kernels = language === "python" ? kernelsOf(text) : [];
  const code = el("code");
  const scroller = el(
    "pre",
    { class: "code numbered", tabindex: "0", role: "region", "aria-label": "Text of the artifact" },
    code,
  );
  /** @type {Map<Element, Chunk>} */
  const chunks = new Map();
  for (let line = 0; line < starts.length; line += CHUNK_LINES) {
    const next = Math.min(line + CHUNK_LINES, starts.length);
    const start = starts[line];
    const end = next < starts.length ? starts[next] : text.length;
    const body = el("span", { class: "chunk-text", text: text.slice(start, end) });
    const chunk = el("span", { class: "chunk", "data-numbers": gutter(line + 1, next) }, body);
    chunk.style.setProperty("--lines", String(next - line));
    chunks.set(chunk, { body, firstLine: line + 1, start, end });
  }
  code.append(...chunks.keys());
  code.style.setProperty("--digits", String(Math.max(3, String(starts.length).length)));
  const band = el("span", { class: "band", hidden: true, "aria-hidden": "true" });
  code.append(band);
  container.replaceChildren(
    ...(text.length < whole.length
      ? [notice(`Only the first ${formatSize(SHOWN_CHARS)} are shown: download it to see all.`)]
      : []),
    scroller,
  );

  /** @type {LineRange | null} */
  let marked = null;
  /** @type {View["mark"]} */
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
    const chunk = element === null ? undefined : chunks.get(element);
    if (element === null || chunk === undefined) {
      return; // The numbers are no element: a click on them meets the chunk itself.
    }
    const height = parseFloat(getComputedStyle(scroller).lineHeight);
    const offset = Math.floor((event.clientY - element.getBoundingClientRect().top) / height);
    const clicked = Math.min(chunk.firstLine + Math.max(0, offset), starts.length);
    const pivot = event.shiftKey ? marked?.first ?? clicked : clicked;
    mark(Math.min(pivot, clicked), Math.max(pivot, clicked), { scroll: false });
    onmark?.(marked);
  });

  if (language !== null) {
    /**
     * @param {Chunk | undefined} chunk
     * @param {Highlighter} hljs
     */
    const colour = (chunk, hljs) => {
      if (chunk === undefined) {
        return;
      }
      const { body, start, end } = chunk;
      if (end - start <= COLOUR_CHARS) {
        body.replaceChildren(
          ...pieces(start, end, kernels, language).map((piece) =>
            coloured(hljs, text.slice(piece.start, piece.end), piece.language),
          ),
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
            () => observer.disconnect(),
          );
        }
      },
      { root: scroller, rootMargin: MARGIN },
    );
    for (const element of chunks.keys()) {
      observer.observe(element);
    }
  }
  return { lineCount: starts.length, mark };
};
