/* JSON that folds.  It is told apart by its indentation, which the run has made, and not parsed: so
   every number, escape and repeated key is shown as it was logged.  What is folded is built when it
   is opened, and of long lists a part: so many lines that a line far down is shown at once. */

import { el, makeButton } from "./dom.js";
import { blockEnds, tokens } from "./json-blocks.js";
import { plural, wellFormed } from "./text.js";

const OPEN_LINES = 2000;
const BATCH_LINES = 1000;

function colouredLine(line) {
  return tokens(line).map(({ kind, text }) => (kind === null ? text : el("span", { class: `json-${kind}`, text })));
}

// Shows a pretty-printed document; null if it is none.  Gives `mark(first, last)` and the number of
// lines; `onmark` is called with what a click on a number marks.
export const showJson = (container, payload, { onmark = null } = {}) => {
  const text = wellFormed(payload);
  const lines = text.replace(/\n$/, "").split("\n");
  const ends = blockEnds(lines);
  if (ends === null) {
    return null;
  }
  let budget = OPEN_LINES;
  let marked = null;
  const lineElements = new Map();
  const gaps = new Set();

  const isMarked = (number) => marked !== null && number >= marked.first && number <= marked.last;

  function lineElement(number, ...children) {
    const element = el("div", { class: "json-line", "data-line": number + 1 }, ...children);
    element.classList.toggle("marked", isMarked(number + 1));
    lineElements.set(number, element);
    return element;
  }

  const plainLine = (number) => lineElement(number, ...colouredLine(lines[number]));

  function block(start) {
    const end = ends[start];
    const inner = el("div", { class: "json-inner" });
    const label = `${lines[start].trim().replace(/[[{]$/, "").replace(/:\s*$/, "") || "the block"}`;
    const toggle = el("button", { type: "button", class: "fold", "aria-label": `Fold ${label}` });
    const hint = el("span", { class: "json-hint", text: ` ${plural(end - start - 1, "line")} ` });
    const head = lineElement(start, toggle, ...colouredLine(lines[start]), hint);
    const element = el("div", { class: "json-block" }, head, inner, plainLine(end));
    let built = false;
    const set = (open, line = start + 1) => {
      if (open && !built) {
        built = true;
        inner.append(...build(start + 1, end, line));
      }
      inner.hidden = !open;
      element.classList.toggle("folded", !open);
      toggle.setAttribute("aria-expanded", String(open));
    };
    toggle.addEventListener("click", () => {
      budget = OPEN_LINES;
      set(inner.hidden);
    });
    element.setOpen = set;
    set(budget > 0);
    return element;
  }

  // Lines of one level, those around a line; for what is before and behind them there are buttons.
  function build(from, to, line) {
    const starts = [];
    let place = 0;
    for (let number = from; number < to; number = Math.max(number, ends[number]) + 1) {
      place = number <= line ? starts.length : place;
      starts.push(number);
    }
    const first = Math.max(0, Math.min(place - BATCH_LINES / 2, starts.length - BATCH_LINES));
    const some = starts.slice(first, first + BATCH_LINES);
    const made = some.map((number) => {
      budget -= 1;
      return ends[number] >= 0 ? block(number) : plainLine(number);
    });
    const next = starts[first + BATCH_LINES] ?? to;
    return [
      ...(first > 0 ? [gap(from, starts[first], starts[first] - 1)] : []),
      ...made,
      ...(next < to ? [gap(next, to, next)] : []),
    ];
  }

  // The button in the place of lines that are not built yet; it builds those that are nearest.
  function gap(from, to, nearest) {
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

  // Opens what holds a line, from the outside in, and builds the line.
  function reveal(number) {
    budget = 0; // What else is on the way stays folded.
    for (let start = 0; start < number; start += 1) {
      if (ends[start] > number) {
        ensure(start);
        lineElements.get(start)?.parentElement.setOpen?.(true, number);
      }
    }
    ensure(number);
  }

  const root = block(0);
  const foldAll = (open) => {
    budget = OPEN_LINES;
    root.querySelectorAll(".json-block").forEach((element) => element.setOpen(open && budget > 0));
  };
  const scroller = el(
    "div",
    { class: "code json", tabindex: "0", role: "region", "aria-label": "JSON document" },
    root,
  );
  const tools = el(
    "div",
    { class: "json-tools" },
    makeButton("Fold all", () => foldAll(false)),
    makeButton("Unfold all", () => foldAll(true)),
  );
  container.replaceChildren(tools, scroller);

  scroller.style.setProperty("--digits", String(Math.max(3, String(lines.length).length)));

  const view = { lineCount: lines.length, scroller };
  view.mark = (first, last = first, { scroll = true } = {}) => {
    const none = first === null || first < 1 || first > lines.length;
    marked = none ? null : { first, last: Math.min(last, lines.length) };
    if (!none && scroll) {
      reveal(marked.last - 1);
      reveal(first - 1);
    }
    lineElements.forEach((line, number) => line.classList.toggle("marked", isMarked(number + 1)));
    if (!none && scroll) {
      lineElements.get(first - 1)?.scrollIntoView({ block: "center" });
    }
  };

  // The numbers are no elements: a click on one meets its line.
  scroller.addEventListener("click", ({ target, clientX, shiftKey }) => {
    const width = target.classList.contains("json-line") ? parseFloat(getComputedStyle(target, "::before").width) : 0;
    if (clientX - scroller.getBoundingClientRect().left < width) {
      const clicked = Number(target.dataset.line);
      const pivot = shiftKey ? marked?.first ?? clicked : clicked;
      view.mark(Math.min(pivot, clicked), Math.max(pivot, clicked), { scroll: false });
      onmark?.(marked);
    }
  });
  return view;
};
