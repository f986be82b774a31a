/* JSON that folds.  It is told apart by its indentation, which the run has made, and not parsed: so
   every number, escape and repeated key is shown as it was logged.  What is folded is built when it
   is opened. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const OPEN_LINES = 2000;
  const BATCH_LINES = 1000;
  const LINE_CHARS = 20_000;
  const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null|NaN|Infinity)\b/g;

  const indentOf = (line) => line.length - line.trimStart().length;

  // For each line that opens a block the line that closes it; -1 for others.
  function blockEnds(lines) {
    const ends = new Int32Array(lines.length).fill(-1);
    const open = [];
    for (let number = 0; number < lines.length; number += 1) {
      const line = lines[number];
      const first = line.trimStart()[0];
      if (first === "}" || first === "]") {
        ends[open.pop() ?? 0] = number;
      }
      if (/[[{]$/.test(line)) {
        open.push(number);
      }
    }
    return open.length === 0 ? ends : null;
  }

  function colouredLine(line) {
    const parts = [];
    let done = 0;
    if (line.length > LINE_CHARS) {
      return [line];
    }
    for (const match of line.matchAll(TOKENS)) {
      const token = match[1] ?? match[0];
      const kind = match[2] !== undefined ? "key" : match[1] ? "string" : match[3] ? "number" : "keyword";
      parts.push(line.slice(done, match.index), app.el("span", { class: `json-${kind}`, text: token }));
      done = match.index + token.length;
    }
    parts.push(line.slice(done));
    return parts;
  }

  // Shows a pretty-printed document; false if it is none.
  app.showJson = (container, payload) => {
    const text = app.wellFormed(payload);
    const lines = text.replace(/\n$/, "").split("\n");
    const ends = /^[[{]$/.test(lines[0]) ? blockEnds(lines) : null;
    if (ends === null || ends[0] !== lines.length - 1) {
      return null;
    }
    let budget = OPEN_LINES;

    function plainLine(number) {
      return app.el("div", { class: "json-line", "data-line": number + 1 }, ...colouredLine(lines[number]));
    }

    function block(start) {
      const end = ends[start];
      const inner = app.el("div", { class: "json-inner" });
      const label = `${lines[start].trim().replace(/[[{]$/, "").replace(/:\s*$/, "") || "the block"}`;
      const toggle = app.el("button", { type: "button", class: "fold", "aria-label": `Fold ${label}` });
      const hint = app.el("span", { class: "json-hint", text: ` ${app.plural(end - start - 1, "line")} ` });
      const head = app.el("div", { class: "json-line", "data-line": start + 1 }, toggle, ...colouredLine(lines[start]), hint);
      const element = app.el("div", { class: "json-block" }, head, inner, plainLine(end));
      let built = false;
      const set = (open) => {
        if (open && !built) {
          built = true;
          fill(inner, start + 1, end);
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

    function fill(inner, from, to) {
      let number = from;
      for (let made = 0; number < to && made < BATCH_LINES; made += 1) {
        budget -= 1;
        if (ends[number] >= 0) {
          inner.append(block(number));
          number = ends[number] + 1;
        } else {
          inner.append(plainLine(number));
          number += 1;
        }
      }
      if (number < to) {
        const rest = app.button(`Show more of ${app.plural(to - number, "line")}`, () => {
          budget = OPEN_LINES;
          rest.remove();
          fill(inner, number, to);
        });
        inner.append(rest);
      }
    }

    const root = block(0);
    const foldAll = (open) => {
      budget = OPEN_LINES;
      root.querySelectorAll(".json-block").forEach((element) => element.setOpen(open && budget > 0));
    };
    const scroller = app.el(
      "div",
      { class: "code json", tabindex: "0", role: "region", "aria-label": "JSON document" },
      root,
    );
    const tools = app.el(
      "div",
      { class: "json-tools" },
      app.button("Fold all", () => foldAll(false)),
      app.button("Unfold all", () => foldAll(true)),
    );
    container.replaceChildren(tools, scroller);

    const view = { lineCount: lines.length, scroller };
    view.mark = (first) => {
      scroller.querySelectorAll(".marked").forEach((line) => line.classList.remove("marked"));
      if (first === null) {
        return;
      }
      // Opens what holds the line, from the outside in.
      for (let start = 0; start < first - 1; start += 1) {
        if (ends[start] >= first - 1) {
          scroller.querySelector(`[data-line="${start + 1}"]`)?.closest(".json-block").setOpen(true);
        }
      }
      const line = scroller.querySelector(`[data-line="${first}"]`);
      line?.classList.add("marked");
      line?.scrollIntoView({ block: "center" });
    };
    return view;
  };
})();
