/* Showing code: all of the text is in the page, in chunks that are laid out and coloured only when
   they come near, so that a payload of megabytes opens at once and the browser's search finds all. */

import { el, library, notice } from "./dom.js";
import { gutter, kernelsOf, lineStarts, pieces } from "./kernels.js";
import { formatSize, wellFormed } from "./text.js";

const CHUNK_LINES = 200;
const SHOWN_CHARS = 20_000_000;
// A chunk of very long lines would hold up scrolling.
const COLOUR_CHARS = 200_000;
const MARGIN = "400px 0px";

function coloured(hljs, text, language) {
  if (language === null || hljs.getLanguage(language) === undefined) {
    return el("span", { class: "hljs-string", text });
  }
  const template = document.createElement("template");
  template.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
  // Whatever the highlighter does, the page shows the text as it is.
  return template.content.textContent === text ? template.content : text;
}

// Shows a text in a container.  Gives `mark(first, last)` and the number of lines.
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
  const chunks = [];
  for (let line = 0; line < starts.length; line += CHUNK_LINES) {
    const next = Math.min(line + CHUNK_LINES, starts.length);
    const start = starts[line];
    const end = next < starts.length ? starts[next] : text.length;
    const body = el("span", { class: "chunk-text", text: text.slice(start, end) });
    const chunk = el("span", { class: "chunk", "data-numbers": gutter(line + 1, next) }, body);
    chunk.style.setProperty("--lines", String(next - line));
    chunk.firstLine = line + 1;
    chunk.range = { start, end };
    chunks.push(chunk);
  }
  code.append(...chunks);
  code.style.setProperty("--digits", String(Math.max(3, String(starts.length).length)));
  const band = el("span", { class: "band", hidden: true, "aria-hidden": "true" });
  code.append(band);
  container.replaceChildren(
    ...(text.length < whole.length
      ? [notice(`Only the first ${formatSize(SHOWN_CHARS)} are shown: download it to see all.`)]
      : []),
    scroller,
  );

  const view = { lineCount: starts.length, marked: null, scroller };
  view.mark = (first, last, { scroll = true } = {}) => {
    if (first === null || first > starts.length) {
      band.hidden = true;
      view.marked = null;
      return;
    }
    const end = Math.min(last, starts.length);
    view.marked = { first, last: end };
    band.hidden = false;
    band.style.setProperty("--first", String(first));
    band.style.setProperty("--count", String(end - first + 1));
    if (scroll) {
      const height = parseFloat(getComputedStyle(scroller).lineHeight);
      scroller.scrollTop = Math.max(0, (first - 1) * height - scroller.clientHeight * 0.3);
    }
  };

  scroller.addEventListener("click", (event) => {
    const chunk = event.target;
    if (!chunk.classList.contains("chunk")) {
      return; // The numbers are no element: a click on them meets the chunk itself.
    }
    const height = parseFloat(getComputedStyle(scroller).lineHeight);
    const offset = Math.floor((event.clientY - chunk.getBoundingClientRect().top) / height);
    const clicked = Math.min(chunk.firstLine + Math.max(0, offset), starts.length);
    const pivot = event.shiftKey ? view.marked?.first ?? clicked : clicked;
    view.mark(Math.min(pivot, clicked), Math.max(pivot, clicked), { scroll: false });
    onmark?.(view.marked);
  });

  if (language !== null) {
    const colour = (chunk, hljs) => {
      const { start, end } = chunk.range;
      if (end - start <= COLOUR_CHARS) {
        chunk.firstChild.replaceChildren(
          ...pieces(start, end, kernels, language).map((piece) =>
            coloured(hljs, text.slice(piece.start, piece.end), piece.language),
          ),
        );
      }
    };
    const observer = new IntersectionObserver(
      (entries) => {
        const near = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
        near.forEach((chunk) => observer.unobserve(chunk));
        if (near.length > 0) {
          library("highlight.min.js", "hljs").then(
            (hljs) => near.forEach((chunk) => colour(chunk, hljs)),
            () => observer.disconnect(),
          );
        }
      },
      { root: scroller, rootMargin: MARGIN },
    );
    chunks.forEach((chunk) => observer.observe(chunk));
  }
  return view;
};
