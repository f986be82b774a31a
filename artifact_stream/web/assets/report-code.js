/* Showing code: all of the text is in the page, in chunks that are laid out and coloured only when
   they come near, so that a payload of megabytes opens at once and the browser's search finds all. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const CHUNK_LINES = 200;
  const SHOWN_CHARS = 20_000_000;
  // A chunk of very long lines would hold up scrolling.
  const COLOUR_CHARS = 200_000;
  const MARGIN = "400px 0px";

  function lineStarts(text) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      starts.push(at + 1);
    }
    if (starts.length > 1 && starts.at(-1) === text.length) {
      starts.pop(); // A newline at the end opens no line.
    }
    return starts;
  }

  function languageOfKernel(before, body) {
    if (/#include|extern "C"|\bint main\b/.test(body)) {
      return "cpp";
    }
    return /triton\(|@triton|import triton/.test(before + body) ? "python" : null;
  }

  // Where texts in triple quotes are: kernels in their own language.  A guess that colours alone
  // depend on.
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
        const head = text.slice(open.start, Math.min(match.index, open.start + 4000));
        const language = languageOfKernel(open.before, head);
        kernels.push({ start: open.start, end: match.index, language });
        open = null;
      }
    }
    return kernels;
  }

  // The parts of a stretch of text, each in one language.
  function pieces(start, end, kernels, language) {
    const found = [];
    let at = start;
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

  function coloured(hljs, text, language) {
    if (language === null || hljs.getLanguage(language) === undefined) {
      return app.el("span", { class: "hljs-string", text });
    }
    const template = document.createElement("template");
    template.innerHTML = hljs.highlight(text, { language, ignoreIllegals: true }).value;
    // Whatever the highlighter does, the page shows the text as it is.
    return template.content.textContent === text ? template.content : text;
  }

  function gutter(first, last) {
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset).join("\n");
  }

  // Shows a text in a container.  Gives `mark(first, last)` and the number of lines.
  app.showCode = (container, payload, { language = null, onmark = null } = {}) => {
    const whole = app.wellFormed(payload);
    const text = whole.length > SHOWN_CHARS ? whole.slice(0, SHOWN_CHARS) : whole;
    const starts = lineStarts(text);
    const kernels = language === "python" ? kernelsOf(text) : [];
    const code = app.el("code");
    const scroller = app.el(
      "pre",
      { class: "code numbered", tabindex: "0", role: "region", "aria-label": "Text of the artifact" },
      code,
    );
    const chunks = [];
    for (let line = 0; line < starts.length; line += CHUNK_LINES) {
      const next = Math.min(line + CHUNK_LINES, starts.length);
      const start = starts[line];
      const end = next < starts.length ? starts[next] : text.length;
      const body = app.el("span", { class: "chunk-text", text: text.slice(start, end) });
      const chunk = app.el("span", { class: "chunk", "data-numbers": gutter(line + 1, next) }, body);
      chunk.style.setProperty("--lines", String(next - line));
      chunk.firstLine = line + 1;
      chunk.range = { start, end };
      chunks.push(chunk);
    }
    code.append(...chunks);
    code.style.setProperty("--digits", String(Math.max(3, String(starts.length).length)));
    const band = app.el("span", { class: "band", hidden: true, "aria-hidden": "true" });
    code.append(band);
    container.replaceChildren(
      ...(text.length < whole.length
        ? [app.notice(`Only the first ${app.size(SHOWN_CHARS)} are shown: download it to see all.`)]
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
            app.library("highlight.min.js", "hljs").then(
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
})();
