/* Worth a look: what most readers look for first, of one trace or of all. */

import { loadData } from "./data-files.js";
import { el, makeButton, notice } from "./dom.js";
import { formatCount, formatSize, plural, printable } from "./text.js";
import { mergeNotes, mergeProblems, mergeReasons, sentenceOfAbsent } from "./worth.js";

const SHOWN_PLACES = 6;

// [shown compile id, id, name] as a link.
function placeLink(place, source, isNamed) {
  const [shown, id, name] = place;
  if (id === "") {
    return el("span", { text: `${source.label}${shown}` });
  }
  return el("a", {
    href: source.link(id),
    title: printable(name),
    text: `${source.label}${shown}${isNamed ? ` ${printable(name)}` : ""}`,
  });
}

function places(all, count, { isNamed = false } = {}) {
  const list = el("ul", { class: "places" });
  const item = ([place, source]) => el("li", {}, placeLink(place, source, isNamed));
  list.append(...all.slice(0, SHOWN_PLACES).map(item));
  if (all.length > SHOWN_PLACES) {
    const more = makeButton(`${formatCount(all.length - SHOWN_PLACES)} more`, () => {
      holder.replaceWith(...all.slice(SHOWN_PLACES).map(item));
    });
    const holder = el("li", {}, more);
    list.append(holder);
  }
  if (count > all.length) {
    list.append(el("li", { class: "muted", text: `and ${formatCount(count - all.length)} not listed` }));
  }
  return list;
}

function reasonItem(reason) {
  return el(
    "li",
    { class: "reason" },
    el(
      "p",
      { class: "reason-title" },
      el("span", { class: "times", text: `${formatCount(reason.count)}×` }),
      el("strong", { text: printable(reason.title) }),
    ),
    reason.place ? el("p", { class: "reason-place", text: printable(reason.place) }) : null,
    ...reason.details.map((detail) => el("p", { class: "detail", text: printable(detail) })),
    places(reason.places, reason.count),
  );
}

function reasonSection(title, one, found, { isAlarm = false } = {}) {
  if (found.entries === 0) {
    return null;
  }
  const cut = [];
  if (found.unread > 0) {
    cut.push(`${plural(found.unread, "entry", "entries")} were not read: too many or too long.`);
  }
  if (found.left_out > 0) {
    cut.push(`${plural(found.left_out, "occurrence")} of further reasons are left out.`);
  }
  return el(
    "section",
    { class: isAlarm ? "worth failures" : "worth" },
    el("h3", { text: title }),
    el("p", {
      class: "muted",
      text: `${plural(found.reasons.length, "distinct reason")} in ${plural(found.entries, one)}.`,
    }),
    ...cut.map((text) => notice(text)),
    el("ol", { class: "reasons" }, ...found.reasons.map(reasonItem)),
  );
}

function problemSection(problems) {
  if (problems.length === 0) {
    return null;
  }
  const item = (problem) =>
    el(
      "li",
      { class: "reason" },
      el(
        "p",
        { class: "reason-title" },
        el("span", { class: "times", text: `${formatCount(problem.count)}×` }),
        el("strong", { text: problem.slug.replaceAll("_", " ") }),
      ),
      ...problem.examples.slice(0, 3).map(([source, line, message, excerpt]) =>
        el(
          "p",
          { class: "detail" },
          `${printable(source)}, line ${formatCount(line)}: ${printable(message)} `,
          el("code", { class: "excerpt", text: printable(excerpt) }),
        ),
      ),
      problem.places.length > 0 ? places(problem.places, problem.flagged, { isNamed: true }) : null,
    );
  return el(
    "section",
    { class: "worth" },
    el("h3", { text: "Entries with problems" }),
    el("p", { class: "muted", text: "All of them are in problems.jsonl." }),
    el("ol", { class: "reasons" }, ...problems.map(item)),
  );
}

function largestSection(largest) {
  if (largest.length === 0) {
    return null;
  }
  const row = ([[shown, id, name, bytes], source]) =>
    el(
      "tr",
      {},
      el("td", {}, el("a", { href: source.link(id), text: printable(name) })),
      el("td", { text: `${source.label}${printable(shown)}` }),
      el("td", { class: "amount", text: formatSize(bytes) }),
    );
  return el(
    "section",
    { class: "worth" },
    el("h3", { text: "Largest artifacts" }),
    el(
      "table",
      { class: "largest" },
      el(
        "thead",
        {},
        el("tr", {}, ...["Artifact", "Compile id", "Size"].map((text) => el("th", { scope: "col", text }))),
      ),
      el("tbody", {}, ...largest.map(row)),
    ),
  );
}

// Sections for what several traces' `worth.js` hold: [[worth, {label, link(id)}], ...].
export const worthSections = (parts) => {
  const largest = parts
    .flatMap(([worth, source]) => worth.largest.map((item) => [item, source]))
    .sort(([one], [other]) => other[3] - one[3])
    .slice(0, 20);
  const sections = [
    reasonSection("Failed compilations", "failed compilation", mergeReasons(parts, "failures"), { isAlarm: true }),
    reasonSection("Graph breaks", "graph break", mergeReasons(parts, "graph_breaks")),
    reasonSection("Recompilations", "recompilation", mergeReasons(parts, "recompiles")),
    problemSection(mergeProblems(parts)),
  ].filter((section) => section !== null);
  const absent = sections.length === 0 ? sentenceOfAbsent(parts) : "";
  if (absent !== "") {
    sections.push(el("p", { text: absent }));
  }
  const notes = mergeNotes(parts).map((text) => notice(printable(text)));
  return [...sections, ...notes, largestSection(largest)].filter((section) => section !== null);
};

export const showOverview = async (container, trace) => {
  const body = el("div", { class: "overview-body" });
  container.replaceChildren(
    el(
      "div",
      { class: "overview" },
      el("h2", { text: "Worth a look" }),
      el("p", {
        class: "muted",
        text: `${plural(trace.head.groups, "compile id")}, ${plural(trace.head.rows, "artifact")} and links.`,
      }),
      body,
    ),
  );
  try {
    const [worth] = await loadData(`${trace.base}report/worth.js`, "worth");
    body.replaceChildren(...worthSections([[worth, { label: "", link: (id) => `#/${id}` }]]));
  } catch (error) {
    body.replaceChildren(notice(error.message, "alarm"));
  }
};
