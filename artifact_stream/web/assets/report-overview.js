/* Worth a look: what most readers look for first, of one trace or of all. */

(() => {
  "use strict";

  const app = (window.artifactStream ??= {});
  const SHOWN_PLACES = 6;

  // [shown compile id, id, name] as a link.
  function placeLink(place, source, isNamed) {
    const [shown, id, name] = place;
    return app.el("a", {
      href: source.link(id),
      title: app.printable(name),
      text: `${source.label}${shown}${isNamed ? ` ${app.printable(name)}` : ""}`,
    });
  }

  function places(all, count, { isNamed = false } = {}) {
    const list = app.el("ul", { class: "places" });
    const item = ([place, source]) => app.el("li", {}, placeLink(place, source, isNamed));
    list.append(...all.slice(0, SHOWN_PLACES).map(item));
    if (all.length > SHOWN_PLACES) {
      const more = app.button(`${app.count(all.length - SHOWN_PLACES)} more`, () => {
        holder.replaceWith(...all.slice(SHOWN_PLACES).map(item));
      });
      const holder = app.el("li", {}, more);
      list.append(holder);
    }
    if (count > all.length) {
      list.append(app.el("li", { class: "muted", text: `and ${app.count(count - all.length)} not listed` }));
    }
    return list;
  }

  function reasonItem(reason) {
    return app.el(
      "li",
      { class: "reason" },
      app.el(
        "p",
        { class: "reason-title" },
        app.el("span", { class: "times", text: `${app.count(reason.count)}×` }),
        app.el("strong", { text: app.printable(reason.title) }),
      ),
      reason.place ? app.el("p", { class: "reason-place", text: app.printable(reason.place) }) : null,
      ...reason.details.map((detail) => app.el("p", { class: "detail", text: app.printable(detail) })),
      places(reason.places, reason.count),
    );
  }

  function reasonSection(title, one, found) {
    if (found.entries === 0) {
      return null;
    }
    const cut = [];
    if (found.unread > 0) {
      cut.push(`${app.plural(found.unread, "entry", "entries")} were not read: too many or too long.`);
    }
    if (found.left_out > 0) {
      cut.push(`${app.plural(found.left_out, "occurrence")} of further reasons are left out.`);
    }
    return app.el(
      "section",
      { class: "worth" },
      app.el("h3", { text: title }),
      app.el("p", {
        class: "muted",
        text: `${app.plural(found.reasons.length, "distinct reason")} in ${app.plural(found.entries, one)}.`,
      }),
      ...cut.map((text) => app.notice(text)),
      app.el("ol", { class: "reasons" }, ...found.reasons.map(reasonItem)),
    );
  }

  function problemSection(problems) {
    if (problems.length === 0) {
      return null;
    }
    const item = (problem) =>
      app.el(
        "li",
        { class: "reason" },
        app.el(
          "p",
          { class: "reason-title" },
          app.el("span", { class: "times", text: `${app.count(problem.count)}×` }),
          app.el("strong", { text: problem.slug.replaceAll("_", " ") }),
        ),
        ...problem.examples.slice(0, 3).map(([source, line, message, excerpt]) =>
          app.el(
            "p",
            { class: "detail" },
            `${app.printable(source)}, line ${app.count(line)}: ${app.printable(message)} `,
            app.el("code", { class: "excerpt", text: app.printable(excerpt) }),
          ),
        ),
        problem.places.length > 0 ? places(problem.places, problem.flagged, { isNamed: true }) : null,
      );
    return app.el(
      "section",
      { class: "worth" },
      app.el("h3", { text: "Entries with problems" }),
      app.el("p", { class: "muted", text: "All of them are in problems.jsonl." }),
      app.el("ol", { class: "reasons" }, ...problems.map(item)),
    );
  }

  function largestSection(largest) {
    if (largest.length === 0) {
      return null;
    }
    const row = ([[shown, id, name, bytes], source]) =>
      app.el(
        "tr",
        {},
        app.el("td", {}, app.el("a", { href: source.link(id), text: app.printable(name) })),
        app.el("td", { text: `${source.label}${app.printable(shown)}` }),
        app.el("td", { class: "amount", text: app.size(bytes) }),
      );
    return app.el(
      "section",
      { class: "worth" },
      app.el("h3", { text: "Largest artifacts" }),
      app.el(
        "table",
        { class: "largest" },
        app.el(
          "thead",
          {},
          app.el("tr", {}, ...["Artifact", "Compile id", "Size"].map((text) => app.el("th", { scope: "col", text }))),
        ),
        app.el("tbody", {}, ...largest.map(row)),
      ),
    );
  }

  function mergeReasons(parts, key) {
    const merged = { entries: 0, unread: 0, left_out: 0, reasons: new Map() };
    for (const [worth, source] of parts) {
      const found = worth[key];
      merged.entries += found.entries;
      merged.unread += found.unread;
      merged.left_out += found.left_out;
      for (const reason of found.reasons) {
        const id = `${reason.title}\n${reason.place}`;
        const known = merged.reasons.get(id) ?? { ...reason, count: 0, places: [] };
        known.count += reason.count;
        known.places.push(...reason.places.map((place) => [place, source]));
        merged.reasons.set(id, known);
      }
    }
    merged.reasons = [...merged.reasons.values()].sort((one, other) => other.count - one.count);
    return merged;
  }

  function mergeProblems(parts) {
    const merged = new Map();
    for (const [worth, source] of parts) {
      for (const problem of worth.problems) {
        const known = merged.get(problem.slug) ?? { slug: problem.slug, count: 0, flagged: 0, examples: [], places: [] };
        known.count += problem.count;
        known.flagged += problem.flagged;
        known.examples.push(...problem.examples);
        known.places.push(...problem.places.map((place) => [place, source]));
        merged.set(problem.slug, known);
      }
    }
    return [...merged.values()].sort((one, other) => other.count - one.count);
  }

  // Sections for what several traces' `worth.js` hold: [[worth, {label, link(id)}], ...].
  app.worthSections = (parts) => {
    const largest = parts
      .flatMap(([worth, source]) => worth.largest.map((item) => [item, source]))
      .sort(([one], [other]) => other[3] - one[3])
      .slice(0, 20);
    const sections = [
      reasonSection("Graph breaks", "graph break", mergeReasons(parts, "graph_breaks")),
      reasonSection("Recompilations", "recompilation", mergeReasons(parts, "recompiles")),
      problemSection(mergeProblems(parts)),
    ].filter((section) => section !== null);
    if (sections.length === 0) {
      sections.push(app.el("p", { text: "No graph breaks, no recompilations, no problems." }));
    }
    return [...sections, largestSection(largest)].filter((section) => section !== null);
  };

  app.showOverview = async (container, trace) => {
    const body = app.el("div", { class: "overview-body" });
    container.replaceChildren(
      app.el(
        "div",
        { class: "overview" },
        app.el("h2", { text: "Worth a look" }),
        app.el("p", {
          class: "muted",
          text: `${app.plural(trace.head.groups, "compile id")}, ${app.plural(trace.head.rows, "artifact")} and links.`,
        }),
        body,
      ),
    );
    try {
      const [worth] = await app.loadData(`${trace.base}report/worth.js`, "worth");
      body.replaceChildren(...app.worthSections([[worth, { label: "", link: (id) => `#/${id}` }]]));
    } catch (error) {
      body.replaceChildren(app.notice(error.message, "alarm"));
    }
  };
})();
