/* The pane that shows one artifact. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});

  const isPage = (entry) => entry.url.endsWith(".html");
  const isJson = (entry) => entry.name.endsWith(".json");

  function languageOf(entry) {
    const code = entry.kind <= 1 || entry.type === "dump_file" || /graph|runnable|_code/.test(entry.name);
    return code && !/metadata/.test(entry.name) ? "python" : null;
  }

  function details(entry) {
    const parts = [app.printable(entry.type), app.entryMeta(entry), `line ${app.count(entry.line)} of the trace`];
    if (entry.originalName !== null) {
      parts.push(`logged as ${app.printable(entry.originalName)}`);
    }
    return app.el(
      "p",
      { class: "subtitle" },
      app.el("a", { href: `#/${entry.group.folder}`, text: app.printable(entry.group.shown) }),
      ` · ${parts.join(" · ")}`,
      ...entry.flags.map((flag) => app.el("span", { class: "flag", text: flag })),
    );
  }

  function downloadButton(entry) {
    return app.button("Download", async () => {
      try {
        const blob = new Blob(app.bytesOf(await app.textOf(entry)), { type: "application/octet-stream" });
        const url = URL.createObjectURL(blob);
        app.el("a", { href: url, download: entry.name.replace(/\.html$/, ".txt") }).click();
        setTimeout(() => URL.revokeObjectURL(url), 10_000);
      } catch (error) {
        app.announce(error.message);
      }
    });
  }

  function copyButton(entry) {
    return app.button("Copy", async (event) => {
      const button = event.currentTarget;
      try {
        const copied = await app.copyText(app.wellFormed(await app.textOf(entry)));
        app.announce(copied ? "Copied" : "Copying failed: select the text instead.");
      } catch (error) {
        app.announce(error.message);
      }
      button.focus();
    });
  }

  function lineBox(state) {
    return app.el("input", {
      class: "line-box",
      type: "text",
      inputmode: "numeric",
      size: "5",
      "aria-label": "Go to line",
      placeholder: "Line",
      onchange: (event) => {
        const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(event.target.value);
        if (match !== null && Number(match[1]) > 0) {
          state.goTo(Number(match[1]), Number(match[2] ?? match[1]));
        }
      },
    });
  }

  // A choice of what to compare with; filled once the candidates are known.
  function compareChoice(entry, { oncompare, onpick }) {
    const choice = app.el("select", { class: "button", "aria-label": "Compare with" });
    const options = new Map();
    const add = (label, action) => {
      const option = app.el("option", { text: label, value: String(options.size) });
      options.set(option.value, action);
      choice.append(option);
    };
    add("Compare with…", () => {});
    choice.addEventListener("change", () => {
      const action = options.get(choice.value);
      choice.value = "0";
      action();
    });
    Promise.all([app.pairsFor(entry), app.otherTraces(entry)]).then(
      ([pairs, others]) => {
        pairs.forEach(([label, other]) => add(app.printable(label), () => oncompare(entry, other)));
        if (others !== null) {
          add(others, () => {
            location.href = `../index.html#others=${encodeURIComponent(entry.trace.head.folder)}/${entry.id}`;
          });
        }
        add("another: choose it in the list", () => onpick(entry));
      },
      () => add("another: choose it in the list", () => onpick(entry)),
    );
    return choice;
  }

  // Keys come here from a code page in a frame that has the focus.
  window.addEventListener("message", (event) => {
    const frames = [...document.querySelectorAll("iframe.frame")];
    const key = event.data?.key;
    if (typeof key === "string" && frames.some((frame) => frame.contentWindow === event.source)) {
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
  });

  function frame(entry, lines) {
    const page = isPage(entry);
    const range = lines === null || page ? null : lines.last > lines.first ? `Lines ${lines.first} to ${lines.last}` : `Line ${lines.first}`;
    const unmarked = range === null ? "" : ` ${range} cannot be marked in it.`;
    const anchor = page && lines !== null ? `#L${lines.first}${lines.last > lines.first ? `-L${lines.last}` : ""}` : "";
    return [
      app.notice(`The file itself, in a frame.${unmarked} ${app.howToRead(entry)}`),
      app.el("iframe", {
        class: "frame",
        title: `${app.printable(entry.name)}, the file itself`,
        // A code page of ours needs its own style and script; nothing else may run anything.
        sandbox: page ? "allow-scripts allow-same-origin" : "",
        name: `theme-${app.theme.current}`,
        src: `${entry.base}${entry.url}${anchor}`,
      }),
    ];
  }

  // Shows an entry in the pane. `lines` is null or {first, last}.
  app.showEntry = (container, entry, lines, { oncompare, onpick, onlines, onback }) => {
    const body = app.el("div", { class: "viewer-body" });
    const readable = app.canRead(entry);
    const state = { view: null };
    state.goTo = (first, last) => {
      state.view?.mark(first, last);
      onlines({ first, last });
    };
    container.replaceChildren(
      app.el(
        "div",
        { class: "viewer-head" },
        app.el("button", { type: "button", class: "button back", onclick: onback, text: "← List" }),
        app.el("div", { class: "heading" }, app.el("h2", { text: app.printable(entry.name) }), details(entry)),
        app.el(
          "div",
          { class: "actions" },
          readable ? lineBox(state) : null,
          entry.lazy_loader ? null : app.el("a", { class: "button", href: `${entry.base}${entry.textUrl ?? entry.url}`, text: "Raw" }),
          isPage(entry) && !entry.lazy_loader ? app.el("a", { class: "button", href: `${entry.base}${entry.url}`, text: "Page" }) : null,
          readable ? copyButton(entry) : null,
          readable ? downloadButton(entry) : null,
          compareChoice(entry, { oncompare, onpick }),
          app.el("span", { id: "announcement", role: "status" }),
        ),
      ),
      body,
    );
    if (!readable) {
      body.append(...frame(entry, lines));
      return state;
    }
    const onmark = (marked) => marked !== null && onlines(marked);
    const show = (text) =>
      (isJson(entry) && app.showJson(body, text)) ||
      app.showCode(body, text, { language: languageOf(entry), onmark });
    const shown = entry.lazy_loader === "loader.renderGraph" || entry.lazy_loader === "loader.renderInductorCode"
      ? window.loader[entry.lazy_loader.slice("loader.".length)](body, entry, { onmark })
      : app.withText(body, entry, show);
    shown.then((view) => {
      state.view = view;
      if (view !== null && lines !== null) {
        view.mark(lines.first, lines.last);
        if (lines.first > view.lineCount) {
          app.announce(`There is no line ${lines.first}: the last one is ${view.lineCount}.`);
        }
      }
    });
    return state;
  };
})();
