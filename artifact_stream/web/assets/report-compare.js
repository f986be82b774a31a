/* Two artifacts side by side, with changed lines and words marked. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const MAX_CHARS = 8_000_000;
  const PATIENCE_MS = 5000;
  const CONTEXT = 3;
  const SHOWN_ROWS = 1500;
  const MAX_WORD_CHARS = 2000;
  // What is part of a line but is not seen: bytes that were no UTF-8, and carriage returns.
  const UNSEEN = /[\r\udc80-\udcff]/gu;

  // Lines of both sides in rows: {kind, left, right} with line numbers from 0.
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
      const paired = removed && next?.added;
      const gone = removed ? count : 0;
      const came = added ? count : paired ? next.count : 0;
      for (let line = 0; line < Math.max(gone, came); line += 1) {
        rows.push({
          kind: line < gone && line < came ? "changed" : line < gone ? "removed" : "added",
          left: line < gone ? left + line : null,
          right: line < came ? right + line : null,
        });
      }
      left += gone;
      right += came;
      at += paired ? 1 : 0;
    }
    return rows;
  }

  const spelled = (line) =>
    line.replace(UNSEEN, (unit) => (unit === "\r" ? "␍" : `\\x${(unit.charCodeAt(0) & 0xff).toString(16)}`));

  // Two lines as they are shown; what is not seen is spelled out where it differs.
  function shownLines(before, after) {
    const [ours, theirs] = [before, after].map((line) => (line.match(UNSEEN) ?? []).join(""));
    return [before, after].map(ours === theirs ? app.wellFormed : spelled);
  }

  function words(Diff, before, after) {
    if (before.length > MAX_WORD_CHARS || after.length > MAX_WORD_CHARS) {
      return [[before], [after]];
    }
    const sides = [[], []];
    for (const part of Diff.diffWordsWithSpace(before, after)) {
      const mark = part.added || part.removed;
      if (!part.added) {
        sides[0].push(mark ? app.el("del", { text: part.value }) : part.value);
      }
      if (!part.removed) {
        sides[1].push(mark ? app.el("ins", { text: part.value }) : part.value);
      }
    }
    return sides;
  }

  function cells(line, parts, side) {
    const number = app.el("td", { class: "number", text: line === null ? "" : String(line + 1) });
    const empty = line === null ? " empty" : "";
    return [number, app.el("td", { class: `side-${side}${empty}` }, ...parts)];
  }

  class DiffTable {
    constructor(Diff, rows, sides) {
      this.Diff = Diff;
      this.rows = rows;
      this.sides = sides;
      this.body = app.el("tbody");
      this.pieces = this.cut();
      this.next = 0;
    }

    // Stretches of rows that are shown, and of equal ones that are folded.
    cut() {
      const shown = new Uint8Array(this.rows.length);
      this.rows.forEach(({ kind }, at) => {
        if (kind !== "equal") {
          shown.fill(1, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
        }
      });
      const pieces = [];
      for (let at = 0; at < shown.length; ) {
        let end = at;
        while (end < shown.length && shown[end] === shown[at]) {
          end += 1;
        }
        pieces.push({ start: at, end, folded: shown[at] === 0 && end - at > 1 });
        at = end;
      }
      return pieces;
    }

    row({ kind, left, right }) {
      const before = left === null ? "" : this.sides[0][left];
      const after = right === null ? "" : this.sides[1][right];
      const parts =
        kind === "changed" ? words(this.Diff, ...shownLines(before, after)) : [[app.wellFormed(before)], [app.wellFormed(after)]];
      const label = { equal: null, changed: "changed", removed: "removed", added: "added" }[kind];
      return app.el("tr", { class: kind, "aria-label": label }, ...cells(left, parts[0], "left"), ...cells(right, parts[1], "right"));
    }

    folded({ start, end }) {
      const open = app.button(`${app.plural(end - start, "equal line")}`, () => {
        const stop = Math.min(end, start + SHOWN_ROWS);
        const rows = this.rows.slice(start, stop).map((item) => this.row(item));
        place.replaceWith(...rows, ...(stop < end ? [this.folded({ start: stop, end })] : []));
      });
      const place = app.el("tr", { class: "fold-row" }, app.el("td", { colspan: "4" }, open));
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

  const linesOf = (text) => text.replace(/\n$/, "").split("\n");

  // What lines are matched by: those that differ in what is not seen alone stand side by side.
  const seenOf = (line) => app.wellFormed(line.endsWith("\r") ? line.slice(0, -1) : line);

  // What the two differ in if it is not in the lines one sees.
  function unseenDifference(texts) {
    const [left, right] = texts;
    const withoutEnds = (text) => text.replace(/\r\n/g, "\n").replace(/\n$/, "");
    const said = [];
    if (withoutEnds(left) === withoutEnds(right)) {
      if (linesOf(left).join("\n") !== linesOf(right).join("\n")) {
        said.push("They differ only in the ends of lines: a carriage return is shown as ␍.");
      }
    } else if (app.wellFormed(left) === app.wellFormed(right)) {
      said.push("They differ only in bytes that are no UTF-8: such a byte is shown as \\xff.");
    }
    if (left.endsWith("\n") !== right.endsWith("\n")) {
      said.push(`Only the ${left.endsWith("\n") ? "left" : "right"} one has a newline at the end.`);
    }
    return said;
  }

  function summaryOf(texts, rows) {
    if (texts[0] === texts[1]) {
      return "The two are equal.";
    }
    const [changed, removed, added] = ["changed", "removed", "added"].map(
      (kind) => rows.filter((row) => row.kind === kind).length,
    );
    if (changed + removed + added === 0) {
      const side = texts[0].endsWith("\n") ? "left" : "right";
      return `The two are equal but for the newline at the end: only the ${side} one has one.`;
    }
    const counts = `${app.plural(changed, "line")} changed, ${app.count(removed)} only left, ${app.count(added)} only right.`;
    return [counts, ...unseenDifference(texts)].join(" ");
  }

  function showChanges(container, Diff, texts, sides, changes) {
    const rows = rowsOf(changes, sides);
    const summary = summaryOf(texts, rows);
    const table = new DiffTable(Diff, rows, sides);
    const more = app.button("Show more", () => {
      more.hidden = !table.more();
    });
    more.hidden = !table.more();
    container.replaceChildren(
      app.el("p", { class: "compare-summary", role: "status", text: summary }),
      app.el(
        "div",
        { class: "compare-scroll", tabindex: "0", role: "region", "aria-label": "Differences" },
        app.el("table", { class: "diff" }, table.body),
        more,
      ),
    );
  }

  async function differ(container, entries) {
    container.replaceChildren(app.el("p", { class: "loading", role: "status", text: "Loading…" }));
    const texts = await Promise.all(entries.map(app.textOf));
    if (texts[0].length + texts[1].length > MAX_CHARS) {
      throw new app.Unreadable(`Together they have more than ${app.size(MAX_CHARS)}, too much to be compared here.`);
    }
    const Diff = await app.library("diff.min.js", "Diff");
    container.replaceChildren(app.el("p", { class: "loading", role: "status", text: "Comparing…" }));
    const sides = texts.map(linesOf);
    // With a callback the library lets the page breathe.
    const changes = await new Promise((resolve) => {
      Diff.diffArrays(...sides.map((lines) => lines.map(seenOf)), { timeout: PATIENCE_MS, callback: resolve });
    });
    if (changes === undefined) {
      throw new app.Unreadable(
        `They differ in so many lines that ${PATIENCE_MS / 1000} seconds were not enough to compare them.`,
      );
    }
    return () => showChanges(container, Diff, texts, sides, changes);
  }

  // What a comparison is called in the title of the page.
  app.compareTitle = (...entries) =>
    entries
      .map(({ base, group, name }) => `${decodeURIComponent(base)} ${app.printable(group.shown)} ${app.printable(name)}`.trim())
      .join(" ↔ ");

  // Shows the differences of two entries in a container. `onback` leads back to a list, if there is one.
  app.showCompare = async (container, left, right, { swap, onback = null }) => {
    const title = (entry, side) =>
      app.el(
        "p",
        { class: "compare-side" },
        app.el("span", { class: "side-name", text: `${side}: ` }),
        app.el("a", {
          href: app.hrefOf(entry),
          text: `${entry.base ? `${decodeURIComponent(entry.base)} ` : ""}${app.printable(entry.group.shown)} ${app.printable(entry.name)}`,
        }),
      );
    const body = app.el("div", { class: "compare-body" });
    container.replaceChildren(
      app.el(
        "div",
        { class: "viewer-head" },
        onback === null ? null : app.button("← List", onback, { class: "button back" }),
        app.el("h2", { text: "Compare" }),
        app.el("div", { class: "actions" }, app.button("Swap sides", swap)),
      ),
      app.el("div", { class: "compare-sides" }, title(left, "Left"), title(right, "Right")),
      body,
    );
    try {
      const show = await differ(body, [left, right]);
      if (body.isConnected) {
        show();
      }
    } catch (error) {
      body.replaceChildren(app.notice(error.message, error instanceof app.Unreadable ? "notice" : "alarm"));
    }
  };
})();
