/* Two artifacts side by side, with changed lines and words marked. */

/** @import { DiffRow, Stretch } from "./diff-rows.js" */
/** @import { Change, Differ } from "./libraries.js" */
/** @import { Entry } from "./trace.js" */

import { linesOf, rowsOf, seenOf, shownLines, summaryOf, stretches, wordSides } from "./diff-rows.js";
import { el, library, makeButton, notice } from "./dom.js";
import { hrefOf } from "./entries.js";
import { formatSize, messageOf, plural, printable, wellFormed } from "./text.js";
import { Unreadable, textOf } from "./texts.js";

const MAX_CHARS = 8_000_000;
const PATIENCE_MS = 5000;
const SHOWN_ROWS = 1500;
const MAX_WORD_CHARS = 2000;

/**
 * Two lines with what differs marked.
 *
 * @param {Differ} Diff
 * @param {string} before
 * @param {string} after
 * @returns {(HTMLElement | string)[][]}
 */
function words(Diff, before, after) {
  if (before.length > MAX_WORD_CHARS || after.length > MAX_WORD_CHARS) {
    return [[before], [after]];
  }
  const [left, right] = wordSides(Diff.diffWordsWithSpace(before, after));
  return [
    left.map(({ text, changed }) => (changed ? el("del", { text }) : text)),
    right.map(({ text, changed }) => (changed ? el("ins", { text }) : text)),
  ];
}

/**
 * @param {number | null} line
 * @param {(HTMLElement | string)[]} parts
 * @param {"left" | "right"} side
 */
function cells(line, parts, side) {
  const number = el("td", { class: "number", text: line === null ? "" : String(line + 1) });
  const empty = line === null ? " empty" : "";
  return [number, el("td", { class: `side-${side}${empty}` }, ...parts)];
}

class DiffTable {
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
    const parts =
      kind === "changed" ? words(this.Diff, ...shownLines(before, after)) : [[wellFormed(before)], [wellFormed(after)]];
    const label = { equal: null, changed: "changed", removed: "removed", added: "added" }[kind];
    return el("tr", { class: kind, "aria-label": label }, ...cells(left, parts[0], "left"), ...cells(right, parts[1], "right"));
  }

  /**
   * @param {Pick<Stretch, "start" | "end">} stretch
   * @returns {HTMLElement}
   */
  folded({ start, end }) {
    const open = makeButton(`${plural(end - start, "equal line")}`, () => {
      const stop = Math.min(end, start + SHOWN_ROWS);
      const rows = this.rows.slice(start, stop).map((item) => this.row(item));
      place.replaceWith(...rows, ...(stop < end ? [this.folded({ start: stop, end })] : []));
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
}

/**
 * @param {HTMLElement} container
 * @param {Differ} Diff
 * @param {string[]} texts
 * @param {string[][]} sides
 * @param {Change[]} changes
 */
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
      more,
    ),
  );
}

/**
 * Compares; gives what shows the outcome.
 *
 * @param {HTMLElement} container
 * @param {Entry[]} entries
 */
async function differ(container, entries) {
  container.replaceChildren(el("p", { class: "loading", role: "status", text: "Loading…" }));
  const texts = await Promise.all(entries.map(textOf));
  if (texts[0].length + texts[1].length > MAX_CHARS) {
    throw new Unreadable(`Together they have more than ${formatSize(MAX_CHARS)}, too much to be compared here.`);
  }
  const Diff = await library("diff.min.js", "Diff");
  container.replaceChildren(el("p", { class: "loading", role: "status", text: "Comparing…" }));
  const sides = texts.map(linesOf);
  // With a callback the library lets the page breathe.
  /** @type {Change[] | undefined} */
  const changes = await new Promise((resolve) => {
    const [before, after] = sides.map((lines) => lines.map(seenOf));
    Diff.diffArrays(before, after, { timeout: PATIENCE_MS, callback: resolve });
  });
  if (changes === undefined) {
    throw new Unreadable(
      `They differ in so many lines that ${PATIENCE_MS / 1000} seconds were not enough to compare them.`,
    );
  }
  return () => showChanges(container, Diff, texts, sides, changes);
}

/**
 * Shows the differences of two entries in a container.
 *
 * @param {HTMLElement} container
 * @param {Entry} left
 * @param {Entry} right
 * @param {object} options
 * @param {() => void} options.swap
 * @param {(() => void) | null} [options.onback] Leads back to a list, if there is one.
 * @param {(entry: Entry) => string} [options.address] Gives the address of an entry.
 */
export const showCompare = async (container, left, right, { swap, onback = null, address = hrefOf }) => {
  const title = (/** @type {Entry} */ entry, /** @type {string} */ side) =>
    el(
      "p",
      { class: "compare-side" },
      el("span", { class: "side-name", text: `${side}: ` }),
      el("a", {
        href: address(entry),
        text: `${entry.base ? `${decodeURIComponent(entry.base)} ` : ""}${printable(entry.group.shown)} ${printable(entry.name)}`,
      }),
    );
  const body = el("div", { class: "compare-body" });
  container.replaceChildren(
    el(
      "div",
      { class: "viewer-head" },
      onback === null ? null : makeButton("← List", onback, { class: "button back" }),
      el("h2", { text: "Compare" }),
      el("div", { class: "actions" }, makeButton("Swap sides", swap)),
    ),
    el("div", { class: "compare-sides" }, title(left, "Left"), title(right, "Right")),
    body,
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
