/* The pane that shows one artifact. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});

  const isPage = (entry) => entry.url.endsWith(".html");
  const isJson = (entry) => entry.name.endsWith(".json");

  function languageOf(entry) {
    const code = entry.isCode || entry.type === "dump_file" || /graph|runnable|_code/.test(entry.name);
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

  // A file is downloaded as it is, of any size; what is in a pack is made of its text.
  function downloadButton(entry) {
    const download = entry.name.replace(/\.html$/, ".txt");
    if (!entry.lazy_loader) {
      return app.el("a", { class: "button", href: `${entry.base}${entry.textUrl ?? entry.url}`, download, text: "Download" });
    }
    return app.button("Download", async () => {
      try {
        const blob = new Blob(app.bytesOf(await app.textOf(entry)), { type: "application/octet-stream" });
        const url = URL.createObjectURL(blob);
        app.el("a", { href: url, download }).click();
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

  // Lines as they are asked for, the first one first. Numbers of any length: what there is, is not
  // known here.
  app.lineRange = (first, last = first) => ({
    first: Math.min(Number(first), Number(last)),
    last: Math.max(Number(first), Number(last)),
  });

  // The part of a range that there is; null, and a message, if there is none.
  function existing({ first, last }, lineCount) {
    if (first >= 1 && first <= lineCount) {
      return { first, last: Math.min(last, lineCount) };
    }
    app.announce(
      first < 1
        ? "There is no line 0: the first one is 1."
        : `There is no line ${first}: the last one is ${lineCount}.`,
    );
    return null;
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
        const match = /^\s*L?(\d+)(?:\s*-\s*L?(\d+))?\s*$/i.exec(event.target.value);
        app.announce("");
        if (match !== null) {
          state.goTo(app.lineRange(match[1], match[2]));
        } else if (event.target.value.trim() !== "") {
          app.announce("That is no line: write a number, or two such as 10-20.");
        }
      },
    });
  }

  // A choice of what to compare with, filled once the candidates are known, and the button that
  // compares: with the keyboard a choice changes at every step.
  function compareChoice(entry, { oncompare, onpick }) {
    const choice = app.el("select", { class: "button", "aria-label": "Compare with" });
    const options = new Map();
    const add = (label, action) => {
      const option = app.el("option", { text: label, value: String(options.size) });
      options.set(option.value, action);
      choice.append(option);
    };
    add("Compare with…", () => {
      app.announce("Choose first what to compare with.");
      choice.focus();
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
    return app.el("span", { class: "compare-choice" }, choice, app.button("Compare", () => options.get(choice.value)()));
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
    state.goTo = (lines) => {
      const found = state.view === null ? null : existing(lines, state.view.lineCount);
      if (found !== null) {
        state.view.mark(found.first, found.last);
        onlines(found);
      }
    };
    // What the address asks for; afterwards it says what is marked.
    state.follow = (lines) => {
      app.announce("");
      state.view.mark(null);
      if (lines !== null) {
        onlines(null);
        state.goTo(lines);
      }
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
      if (lines !== null) {
        existing(lines, Infinity);
      }
      return state;
    }
    const onmark = (marked) => marked !== null && onlines(marked);
    const show = (text) =>
      (isJson(entry) && app.showJson(body, text, { onmark })) ||
      app.showCode(body, text, { language: languageOf(entry), onmark });
    const shown = entry.lazy_loader === "loader.renderGraph" || entry.lazy_loader === "loader.renderInductorCode"
      ? window.loader[entry.lazy_loader.slice("loader.".length)](body, entry, { onmark })
      : app.withText(body, entry, show);
    shown.then((view) => {
      state.view = view;
      if (view !== null && lines !== null && body.isConnected) {
        state.follow(lines);
      }
    });
    return state;
  };
})();
