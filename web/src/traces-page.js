/* The page over several traces: worth a look in all of them, and what two of them share. */

/** @import { TraceLink, Worth } from "./shapes.js" */
/** @import { Pair } from "./shared.js" */
/** @import { Entry } from "./trace.js" */
/** @import { Source } from "./worth.js" */

import { compareAddress, tracesAddress } from "./addresses.js";
import { showCompare } from "./compare.js";
import { loadData } from "./data-files.js";
import { byId, el, makeButton, notice } from "./dom.js";
import { compareTitle, entrySize } from "./entries.js";
import { worthSections } from "./overview.js";
import { counterpart } from "./pairs.js";
import { sharedEntries, verdictOf } from "./shared.js";
import { INDEX_PAGE, TRACES_FILE, WORTH_FILE } from "./shapes.js";
import { formatCount, messageOf, plural, printable } from "./text.js";
import { Trace } from "./trace.js";

const FIRST_TRACES = 64;
const SHOWN_ROWS = 1000;
const CUT =
  `There are more: these are the first ${formatCount(SHOWN_ROWS)} artifacts, in order of the compile ids. ` +
  "To compare another one, open it in its trace and choose at Compare with.";
/** @type {Map<string, Promise<Trace>>} */
const opened = new Map();

/**
 * A trace of the run, opened once.
 *
 * @param {string} base
 */
async function openTrace(base) {
  let opening = opened.get(base);
  if (opening === undefined) {
    const made = new Trace(loadData, base);
    opening = made.open().then(() => made);
    opened.set(base, opening);
  }
  const trace = await opening;
  await trace.outline;
  return trace;
}

/**
 * The entry with an id that begins with its trace's folder.
 *
 * @param {TraceLink[]} traces
 * @param {string} id
 */
async function findEntry(traces, id) {
  const known = traces.find(({ url }) => id.startsWith(url));
  const entry = known === undefined ? null : await (await openTrace(known.url)).find(id.slice(known.url.length));
  if (entry === null) {
    throw new Error(`There is no artifact ${printable(id)} in this run.`);
  }
  return entry;
}

/**
 * Links of a comparison lead into the traces' own pages.
 *
 * @param {Entry} entry
 */
const pageHref = (entry) => `${entry.base}${INDEX_PAGE}#/${entry.id}`;

/**
 * @param {Entry} left
 * @param {Entry} right
 */
const compareHref = (left, right) => compareAddress(left.base + left.id, right.base + right.id);

/**
 * @param {HTMLElement} container
 * @param {TraceLink[]} traces
 */
async function showWorth(container, traces) {
  /** @type {[worth: Worth, source: Source][]} */
  const parts = [];
  const body = el("div");
  const status = el("p", { class: "muted", role: "status" });
  container.append(el("h2", { text: "Worth a look in all traces" }), status, body);
  const load = async (/** @type {TraceLink[]} */ some) => {
    for (const { name, url } of some) {
      try {
        const [worth] = await loadData(url + WORTH_FILE, "worth");
        parts.push([worth, { label: `${name} `, link: (id) => `${url}${INDEX_PAGE}#/${id}` }]);
      } catch (error) {
        body.before(notice(messageOf(error), "alarm"));
      }
    }
    body.replaceChildren(...worthSections(parts, traces.length));
    status.textContent = `${plural(parts.length, "trace")} of ${formatCount(traces.length)}.`;
  };
  await load(traces.slice(0, FIRST_TRACES));
  if (traces.length > FIRST_TRACES) {
    const more = makeButton("Look at all", () => {
      more.remove();
      load(traces.slice(FIRST_TRACES));
    });
    status.after(more);
  }
}

/** @param {Pair<Entry>} pair */
function differenceRow(pair) {
  const [left, right] = pair;
  const either = left ?? right;
  const size = (/** @type {Entry | null} */ entry) => el("td", { class: "amount", text: entry === null ? "–" : entrySize(entry) });
  const verdict = verdictOf(pair);
  return el(
    "tr",
    { class: verdict.replaceAll(" ", "-") },
    el("td", { text: printable(either.group.shown) }),
    el("td", {}, left !== null && right !== null ? el("a", { href: compareHref(left, right), text: printable(either.name) }) : printable(either.name)),
    size(left),
    size(right),
    el("td", { text: verdict }),
  );
}

/**
 * @param {HTMLElement} container
 * @param {TraceLink[]} traces
 * @param {string[]} bases Of the two.
 */
async function showRanks(container, traces, bases) {
  const [left, right] = await Promise.all(bases.map(openTrace));
  const { pairs, cut } = await sharedEntries(left, right, SHOWN_ROWS);
  const name = (/** @type {string} */ base) => traces.find(({ url }) => url === base)?.name ?? base;
  container.replaceChildren(
    ...(cut ? [notice(CUT)] : []),
    el(
      "table",
      { class: "ranks" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ...["Compile id", "Artifact", name(bases[0]), name(bases[1]), "Sizes"].map((text) => el("th", { scope: "col", text })),
        ),
      ),
      el("tbody", {}, ...pairs.map(differenceRow)),
    ),
  );
}

/**
 * @param {TraceLink[]} traces
 * @param {string[]} chosen The addresses of two of them.
 */
function rankChoice(traces, chosen) {
  /**
   * @param {string} label
   * @param {string} value
   */
  const select = (label, value) => {
    const element = el("select", { class: "button", "aria-label": label });
    element.append(...traces.map(({ name, url }) => el("option", { value: url, text: name })));
    element.value = value;
    return element;
  };
  const left = select("First trace", chosen[0]);
  const right = select("Second trace", chosen[1]);
  return el(
    "p",
    { class: "rank-choice" },
    left,
    " with ",
    right,
    " ",
    makeButton("Compare", () => {
      location.hash = `#ranks=${left.value}&${right.value}`;
    }),
  );
}

/**
 * @param {HTMLElement} container
 * @param {TraceLink[]} traces
 * @param {string} id
 */
async function showOthers(container, traces, id) {
  const entry = await findEntry(traces, id);
  const own = await entry.trace.entriesOf(entry.group);
  const list = el("ul", { class: "others" });
  container.replaceChildren(
    el("h2", { text: `${printable(entry.group.shown)} ${printable(entry.name)} in other traces` }),
    list,
  );
  for (const { name, url } of traces.filter((trace) => trace.url !== entry.base).slice(0, FIRST_TRACES)) {
    const trace = await openTrace(url);
    const group = trace.groupOfAddress.get(entry.group.address);
    const other = group === undefined ? null : counterpart(entry, own, await trace.entriesOf(group));
    if (other !== null) {
      list.append(el("li", {}, el("a", { href: compareHref(entry, other), text: `Compare with ${name}` })));
    }
  }
  if (list.childElementCount === 0) {
    list.replaceWith(notice("No other trace has it."));
  }
}

const ownTitle = document.title;

/**
 * @param {TraceLink[]} traces
 * @param {HTMLElement} pane
 * @param {HTMLElement} home
 */
async function route(traces, pane, home) {
  const { verb, names } = tracesAddress(location.hash);
  home.hidden = verb !== null && verb !== "ranks";
  pane.replaceChildren();
  document.title = ownTitle;
  try {
    if (verb === "compare") {
      const [left, right] = await Promise.all(names.map((id) => findEntry(traces, id)));
      document.title = `${compareTitle(left, right)} · ${ownTitle}`;
      await showCompare(pane, left, right, {
        swap: () => (location.hash = compareHref(right, left)),
        address: pageHref,
      });
    } else if (verb === "others") {
      await showOthers(pane, traces, names[0]);
    } else if (verb === "ranks") {
      if (names.length !== 2 || !names.every((base) => traces.some(({ url }) => url === base))) {
        throw new Error("These are no two traces of this run.");
      }
      const table = el("div");
      pane.append(el("h2", { text: "Compare traces" }), rankChoice(traces, names), table);
      await showRanks(table, traces, names);
    }
  } catch (error) {
    pane.append(notice(messageOf(error), "alarm"));
  }
}

export const startTraces = async () => {
  const more = byId("more");
  const pane = el("div", { class: "traces-pane" });
  const home = el("div");
  more.append(pane, home);
  const [data] = await loadData(TRACES_FILE, "traces");
  const { traces } = data;
  if (traces.length > 1) {
    home.append(
      el("h2", { text: "Compare two traces" }),
      rankChoice(traces, [traces[0].url, traces[1].url]),
    );
  }
  const follow = () => route(traces, pane, home);
  window.addEventListener("hashchange", follow);
  await follow();
  await showWorth(home, traces);
};
