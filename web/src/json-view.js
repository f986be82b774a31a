/* JSON that folds.  It is told apart by its indentation, which the run has made, and not parsed: so
   every number, escape and repeated key is shown as it was logged.  What is folded is built when it
   is opened, and of long lists a part: so many lines that a line far down is shown at once. */

/** @import { CodeOptions, View } from "./code-view.js" */
/** @import { LineRange } from "./code-lines.js" */
/** @import { LeftOut } from "./json-blocks.js" */

import { el, elementOf, makeButton } from "./dom.js";
import { blockEnds, levelAround, tokens } from "./json-blocks.js";
import { plural, wellFormed } from "./text.js";

const OPEN_LINES = 2000;
const BATCH_LINES = 1000;

/** @typedef {(open: boolean, line?: number) => void} SetOpen Opens or closes a block; shows a line of it. */

/**
 * Lines that are not built yet, from `from` to before `to`; `open` builds those around a line.
 *
 * @typedef {{ from: number, to: number, open: (line: number) => void }} Gap
 */

/** @param {string} line */
function colouredLine(line) {
  return tokens(line).map(({ kind, text }) => (kind === null ? text : el("span", { class: `json-${kind}`, text })));
}

/**
 * Shows a pretty-printed document; null if it is none.
 *
 * @param {HTMLElement} container
 * @param {string} payload
 * @param {Pick<CodeOptions, "onmark">} options
 * @returns {View | null}
 */
export const showJson = (container, payload, { onmark = null } = {}) => {
  const text = wellFormed(payload);
  const lines = text.replace(/\n$/, "").split("\n");
  const found = blockEnds(lines);
  if (found === null) {
    return null;
  }
  const ends = found;
  let budget = OPEN_LINES;
  /** @type {LineRange | null} */
  let marked = null;
  /** @type {Map<number, HTMLElement>} */
  const lineElements = new Map();
  /** @type {Map<Element, SetOpen>} */
  const blocks = new Map();
  /** @type {Set<Gap>} */
  const gaps = new Set();

  /** @param {number} number */
  const isMarked = (number) => marked !== null && number >= marked.first && number <= marked.last;

  /**
   * @param {number} number
   * @param {(Node | string)[]} children
   */
  function lineElement(number, ...children) {
    const element = el("div", { class: "json-line", "data-line": number + 1 }, ...children);
    element.classList.toggle("marked", isMarked(number + 1));
    lineElements.set(number, element);
    return element;
  }

  /** @param {number} number */
  const plainLine = (number) => lineElement(number, ...colouredLine(lines[number]));

  /**
   * @param {number} start
   * @returns {HTMLElement}
   */
  function block(start) {
    const end = ends[start];
    const inner = el("div", { class: "json-inner" });
    const label = `${lines[start].trim().replace(/[[{]$/, "").replace(/:\s*$/, "") || "the block"}`;
    const toggle = el("button", { type: "button", class: "fold", "aria-label": `Fold ${label}` });
    const hint = el("span", { class: "json-hint", text: ` ${plural(end - start - 1, "line")} ` });
    const head = lineElement(start, toggle, ...colouredLine(lines[start]), hint);
    const element = el("div", { class: "json-block" }, head, inner, plainLine(end));
    let built = false;
    /** @type {SetOpen} */
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
    blocks.set(element, set);
    set(budget > 0);
    return element;
  }

  /**
   * Lines of one level, those around a line; for what is before and behind them there are buttons.
   *
   * @param {number} from
   * @param {number} to
   * @param {number} line
   * @returns {HTMLElement[]}
   */
  function build(from, to, line) {
    const { lines: some, before, behind } = levelAround(ends, from, to, line, BATCH_LINES);
    const made = some.map((number) => {
      budget -= 1;
      return ends[number] >= 0 ? block(number) : plainLine(number);
    });
    return [...(before === null ? [] : [gap(before)]), ...made, ...(behind === null ? [] : [gap(behind)])];
  }

  /**
   * The button in the place of lines that are not built yet; it builds those that are nearest.
   *
   * @param {LeftOut} leftOut
   */
  function gap({ from, to, nearest }) {
    /** @type {Gap["open"]} */
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

  /** @param {number} number */
  function ensure(number) {
    if (!lineElements.has(number)) {
      [...gaps].find(({ from, to }) => from <= number && number < to)?.open(number);
    }
  }

  /**
   * Opens what holds a line, from the outside in, and builds the line.
   *
   * @param {number} number
   */
  function reveal(number) {
    budget = 0; // What else is on the way stays folded.
    for (let start = 0; start < number; start += 1) {
      if (ends[start] > number) {
        ensure(start);
        const parent = lineElements.get(start)?.parentElement ?? null;
        if (parent !== null) {
          blocks.get(parent)?.(true, number);
        }
      }
    }
    ensure(number);
  }

  const root = block(0);
  /** @param {boolean} open */
  const foldAll = (open) => {
    budget = OPEN_LINES;
    root.querySelectorAll(".json-block").forEach((element) => blocks.get(element)?.(open && budget > 0));
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

  /** @type {View["mark"]} */
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

  // The numbers are no elements: a click on one meets its line.
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
