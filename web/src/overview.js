/* Worth a look: what most readers look for first, of one trace or of all. */

/** @import { Place, SizedPlace, Worth } from "./shapes.js" */
/** @import { Trace } from "./trace.js" */
/** @import { MergedProblem, MergedReason, MergedReasons, Source, SourcedPlace } from "./worth.js" */

import { loadData } from "./data-files.js";
import { el, makeButton, notice } from "./dom.js";
import { PLACE, PROBLEM_EXAMPLE, SIZED_PLACE, WORTH_FILE } from "./shapes.js";
import { formatCount, formatSize, messageOf, plural, printable } from "./text.js";
import { mergeLargest, mergeNotes, mergeProblems, mergeReasons, sentenceOfAbsent, sentencesOfMissing } from "./worth.js";

const SHOWN_PLACES = 6;
const LARGEST = 20;

/**
 * A link, or plain text where there is no file.
 *
 * @param {Place} place
 * @param {Source} source
 * @param {boolean} isNamed
 */
function placeLink(place, source, isNamed) {
  if (place[PLACE.id] === "") {
    return el("span", { text: `${source.label}${place[PLACE.shown]}` });
  }
  const name = printable(place[PLACE.name]);
  return el("a", {
    href: source.link(place[PLACE.id]),
    title: name,
    text: `${source.label}${place[PLACE.shown]}${isNamed ? ` ${name}` : ""}`,
  });
}

/**
 * @param {SourcedPlace[]} all
 * @param {number} count How many there were.
 * @param {{ isNamed?: boolean }} options
 */
function places(all, count, { isNamed = false } = {}) {
  const list = el("ul", { class: "places" });
  const item = (/** @type {SourcedPlace} */ [place, source]) => el("li", {}, placeLink(place, source, isNamed));
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

/** @param {MergedReason} reason */
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

/**
 * @param {string} title
 * @param {string} one What one of the entries is called.
 * @param {MergedReasons} found
 * @param {{ isAlarm?: boolean }} options
 */
function reasonSection(title, one, found, { isAlarm = false } = {}) {
  if (found.entries === 0) {
    return null;
  }
  return el(
    "section",
    { class: isAlarm ? "worth failures" : "worth" },
    el("h3", { text: title }),
    el("p", {
      class: "muted",
      text: `${plural(found.reasons.length, "distinct reason")} in ${plural(found.entries, one)}.`,
    }),
    ...sentencesOfMissing(found, one).map((text) => notice(text)),
    el("ol", { class: "reasons" }, ...found.reasons.map(reasonItem)),
  );
}

/** @param {MergedProblem[]} problems */
function problemSection(problems) {
  if (problems.length === 0) {
    return null;
  }
  const item = (/** @type {MergedProblem} */ problem) =>
    el(
      "li",
      { class: "reason" },
      el(
        "p",
        { class: "reason-title" },
        el("span", { class: "times", text: `${formatCount(problem.count)}×` }),
        el("strong", { text: problem.slug.replaceAll("_", " ") }),
      ),
      ...problem.examples.slice(0, 3).map((example) =>
        el(
          "p",
          { class: "detail" },
          `${printable(example[PROBLEM_EXAMPLE.source])}, line ${formatCount(example[PROBLEM_EXAMPLE.line])}: `,
          `${printable(example[PROBLEM_EXAMPLE.message])} `,
          el("code", { class: "excerpt", text: printable(example[PROBLEM_EXAMPLE.excerpt]) }),
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

/** @param {[place: SizedPlace, source: Source][]} largest */
function largestSection(largest) {
  if (largest.length === 0) {
    return null;
  }
  const row = (/** @type {typeof largest[number]} */ [place, source]) =>
    el(
      "tr",
      {},
      el("td", {}, el("a", { href: source.link(place[SIZED_PLACE.id]), text: printable(place[SIZED_PLACE.name]) })),
      el("td", { text: `${source.label}${printable(place[SIZED_PLACE.shown])}` }),
      el("td", { class: "amount", text: formatSize(place[SIZED_PLACE.bytes]) }),
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

/**
 * Sections for what is worth a look in several traces.
 *
 * @param {[worth: Worth, source: Source][]} parts
 * @param {number} traces How many traces there are, these parts among them.
 */
export const worthSections = (parts, traces = parts.length) => {
  /** @type {(HTMLElement | null)[]} */
  const sections = [
    reasonSection("Failed compilations", "failed compilation", mergeReasons(parts, "failures"), { isAlarm: true }),
    reasonSection("Graph breaks", "graph break", mergeReasons(parts, "graph_breaks")),
    reasonSection("Recompilations", "recompilation", mergeReasons(parts, "recompiles")),
    problemSection(mergeProblems(parts)),
  ].filter((section) => section !== null);
  const absent = sections.length === 0 ? sentenceOfAbsent(parts, traces) : "";
  if (absent !== "") {
    sections.push(el("p", { text: absent }));
  }
  const notes = mergeNotes(parts).map((text) => notice(printable(text)));
  return [...sections, ...notes, largestSection(mergeLargest(parts, LARGEST))].filter((section) => section !== null);
};

/**
 * @param {HTMLElement} container
 * @param {Trace} trace
 */
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
    const [worth] = await loadData(trace.base + WORTH_FILE, "worth");
    body.replaceChildren(...worthSections([[worth, { label: "", link: (id) => `#/${id}` }]]));
  } catch (error) {
    body.replaceChildren(notice(messageOf(error), "alarm"));
  }
};
