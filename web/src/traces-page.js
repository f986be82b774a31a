/* The page over several traces: worth a look in all of them, and what two of them share. */

import { showCompare } from "./compare.js";
import { loadData } from "./data-files.js";
import { el, makeButton, notice } from "./dom.js";
import { compareTitle, entrySize } from "./entries.js";
import { worthSections } from "./overview.js";
import { counterpart } from "./pairs.js";
import { formatCount, plural, printable } from "./text.js";
import { Trace } from "./trace.js";

const FIRST_TRACES = 64;
const SHOWN_ROWS = 1000;
const CUT =
  `There are more: these are the first ${formatCount(SHOWN_ROWS)} artifacts, in order of the compile ids. ` +
  "To compare another one, open it in its trace and choose at Compare with.";
const opened = new Map();

// A trace of the run, opened once.
async function openTrace(base) {
  if (!opened.has(base)) {
    const trace = new Trace(loadData, base);
    opened.set(base, trace.open().then(() => trace));
  }
  const trace = await opened.get(base);
  await trace.outline;
  return trace;
}

// The entry with an id that begins with its trace's folder.
async function findEntry(traces, id) {
  const known = traces.find(({ url }) => id.startsWith(url));
  const entry = known === undefined ? null : await (await openTrace(known.url)).find(id.slice(known.url.length));
  if (entry === null) {
    throw new Error(`There is no artifact ${printable(id)} in this run.`);
  }
  return entry;
}

// Links of a comparison lead into the traces' own pages.
const pageHref = (entry) => `${entry.base}index.html#/${entry.id}`;

const compareHref = (left, right) => `#compare=${left.base}${left.id}&${right.base}${right.id}`;

async function showWorth(container, traces) {
  const parts = [];
  const body = el("div");
  const status = el("p", { class: "muted", role: "status" });
  container.append(el("h2", { text: "Worth a look in all traces" }), status, body);
  const load = async (some) => {
    for (const { name, url } of some) {
      try {
        const [worth] = await loadData(`${url}report/worth.js`, "worth");
        parts.push([worth, { label: `${name} `, link: (id) => `${url}index.html#/${id}` }]);
      } catch (error) {
        body.before(notice(error.message, "alarm"));
      }
    }
    body.replaceChildren(...worthSections(parts));
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

function differenceRow(left, right) {
  const either = left ?? right;
  const size = (entry) => el("td", { class: "amount", text: entry === null ? "–" : entrySize(entry) });
  const verdict =
    left === null || right === null ? "only in one" : left.bytes === right.bytes && left.lines === right.lines ? "same size" : "differs";
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

// Pairs of entries of two traces, compile id by compile id; at most `SHOWN_ROWS`.
async function sharedEntries(left, right) {
  const pairs = [];
  const folders = new Set([...left.groupOfFolder.keys(), ...right.groupOfFolder.keys()]);
  for (const folder of folders) {
    const groups = [left, right].map((trace) => trace.groupOfFolder.get(folder));
    const [ours, theirs] = await Promise.all(
      [left, right].map((trace, side) => (groups[side] ? trace.entriesOf(groups[side]) : [])),
    );
    const rest = new Set(theirs.filter((entry) => !entry.isLink));
    for (const entry of ours.filter((one) => !one.isLink)) {
      if (pairs.length === SHOWN_ROWS) {
        return { pairs, cut: true };
      }
      const other = counterpart(entry, ours, [...rest]);
      rest.delete(other);
      pairs.push([entry, other]);
    }
    for (const entry of rest) {
      if (pairs.length === SHOWN_ROWS) {
        return { pairs, cut: true };
      }
      pairs.push([null, entry]);
    }
  }
  return { pairs, cut: false };
}

async function showRanks(container, traces, bases) {
  const [left, right] = await Promise.all(bases.map(openTrace));
  const { pairs, cut } = await sharedEntries(left, right);
  const name = (base) => traces.find(({ url }) => url === base).name;
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
      el("tbody", {}, ...pairs.map(([one, other]) => differenceRow(one, other))),
    ),
  );
}

function rankChoice(traces, chosen) {
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
    const group = trace.groupOfFolder.get(entry.group.folder);
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

async function route(traces, pane, home) {
  const hash = location.hash;
  const [, verb, rest] = /^#(compare|ranks|others)=(.*)$/.exec(hash) ?? [];
  home.hidden = verb !== undefined && verb !== "ranks";
  pane.replaceChildren();
  document.title = ownTitle;
  try {
    if (verb === "compare") {
      const [left, right] = await Promise.all(rest.split("&").map((id) => findEntry(traces, id)));
      document.title = `${compareTitle(left, right)} · ${ownTitle}`;
      await showCompare(pane, left, right, {
        swap: () => (location.hash = compareHref(right, left)),
        address: pageHref,
      });
    } else if (verb === "others") {
      await showOthers(pane, traces, rest);
    } else if (verb === "ranks") {
      const bases = rest.split("&");
      if (bases.length !== 2 || !bases.every((base) => traces.some(({ url }) => url === base))) {
        throw new Error("These are no two traces of this run.");
      }
      const table = el("div");
      pane.append(el("h2", { text: "Compare traces" }), rankChoice(traces, bases), table);
      await showRanks(table, traces, bases);
    }
  } catch (error) {
    pane.append(notice(error.message, "alarm"));
  }
}

export const startTraces = async () => {
  const more = document.getElementById("more");
  const pane = el("div", { class: "traces-pane" });
  const home = el("div");
  more.append(pane, home);
  const [data] = await loadData("report/traces.js", "traces");
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
