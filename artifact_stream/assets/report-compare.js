/* Two artifacts side by side, with changed lines and words marked. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const MAX_CHARS = 8_000_000;
  const PATIENCE_MS = 5000;
  const CONTEXT = 3;
  const SHOWN_ROWS = 1500;
  const MAX_WORD_CHARS = 2000;

  // Lines of both sides in rows: {kind, left, right} with line numbers from 0.
  function rowsOf(changes) {
    const rows = [];
    let left = 0;
    let right = 0;
    for (let at = 0; at < changes.length; at += 1) {
      const { added, removed, count } = changes[at];
      if (!added && !removed) {
        for (let line = 0; line < count; line += 1) {
          rows.push({ kind: "equal", left: left + line, right: right + line });
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
      const parts = kind === "changed" ? words(this.Diff, before, after) : [[before], [after]];
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

  function showChanges(container, Diff, sides, changes) {
    const rows = rowsOf(changes);
    const counted = (kind) => rows.filter((row) => row.kind === kind).length;
    const [changed, removed, added] = ["changed", "removed", "added"].map(counted);
    const summary =
      changed + removed + added === 0
        ? "The two are equal."
        : `${app.plural(changed, "line")} changed, ${app.count(removed)} only left, ${app.count(added)} only right.`;
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
    const texts = (await Promise.all(entries.map(app.textOf))).map(app.wellFormed);
    if (texts[0].length + texts[1].length > MAX_CHARS) {
      throw new app.Unreadable(`Together they have more than ${app.size(MAX_CHARS)}, too much to be compared here.`);
    }
    const Diff = await app.library("diff.min.js", "Diff");
    container.replaceChildren(app.el("p", { class: "loading", role: "status", text: "Comparing…" }));
    const sides = texts.map(linesOf);
    // With a callback the library lets the page breathe.
    const changes = await new Promise((resolve) => {
      Diff.diffArrays(sides[0], sides[1], { timeout: PATIENCE_MS, callback: resolve });
    });
    if (changes === undefined) {
      throw new app.Unreadable(
        `They differ in so many lines that ${PATIENCE_MS / 1000} seconds were not enough to compare them.`,
      );
    }
    return () => showChanges(container, Diff, sides, changes);
  }

  // Shows the differences of two entries in a container.
  app.showCompare = async (container, left, right, { swap }) => {
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
