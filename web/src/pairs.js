/* Which artifacts are worth comparing with which.  No DOM. */

// A frame, and which compilation of it.
const FRAME = /^((?:!(?:\d+|-)_)?(?:\d+|-))_(\d+|-)(?:_(?:\d+|-))?$/;
const REPEAT = /(_\d+)?\.[a-z]+$/;
// What a graph becomes in the course of a compilation.
const STAGES = [
  ["before_pre_grad_graph", "after_pre_grad_graph"],
  ["inductor_pre_grad_graph", "inductor_post_grad_graph"],
  ["before_pre_grad_graph", "inductor_post_grad_graph"],
  ["dynamo_output_graph", "optimize_ddp_split_graph"],
  ["dynamo_output_graph", "aot_joint_graph"],
  ["dynamo_output_graph", "aot_inference_graph"],
  ["aot_joint_graph", "aot_forward_graph"],
  ["aot_joint_graph", "aot_backward_graph"],
  ["aot_forward_graph", "aot_backward_graph"],
  ["before_joint_graph", "after_joint_graph"],
  ["aot_inference_graph", "inductor_post_grad_graph"],
  ["before_post_grad_graph", "inductor_post_grad_graph"],
  ["before_post_grad_graph", "after_post_grad_graph"],
];

const SPLIT = "optimize_ddp_split_graph";
const CODE = "inductor_output_code";

const stem = (entry) => (entry.type === CODE ? CODE : entry.name.replace(REPEAT, ""));

// What a graph becomes is the next of its kind in the log, and no other graph comes between the two.
// Numbers behind the names say nothing: a step that a cache spares logs no graph.
function stage(entry, own, earlier, later) {
  const isEarlier = stem(entry) === earlier;
  const wanted = isEarlier ? later : earlier;
  const between = own.filter((other) => (isEarlier ? other.line > entry.line : other.line < entry.line));
  const nearest = (name) =>
    between
      .filter((other) => stem(other) === name)
      .reduce((best, other) => (best === null || (other.line < best.line) === isEarlier ? other : best), null);
  const found = nearest(wanted);
  const rival = nearest(stem(entry));
  const taken = found !== null && rival !== null && (rival.line < found.line) === isEarlier;
  return taken ? null : found;
}

// Which of the post-grad graphs, or of the codes, belong to which forward and backward graph.  The
// first after a forward graph is the forward's.  Others are of backwards, which are compiled when they
// first run: that of the last forward comes first.
export function directions(own, name) {
  const parts = [];
  for (const entry of [...own].sort((one, other) => one.line - other.line)) {
    const last = parts.at(-1);
    if (/^aot_(forward|inference)_graph$/.test(stem(entry))) {
      parts.push({ graph: entry, backwardGraph: null, forward: null, backward: null });
    } else if (stem(entry) === "aot_backward_graph" && last !== undefined) {
      last.backwardGraph ??= entry;
    } else if (stem(entry) === name) {
      if (last !== undefined && last.forward === null) {
        last.forward = entry;
      } else {
        const open = parts.findLast((part) => part.backwardGraph !== null && part.backward === null);
        if (open !== undefined) {
          open.backward = entry;
        }
      }
    }
  }
  return parts;
}

// Partners within a compile id: [[label, entry], ...].
export function partners(entry, own) {
  const found = [];
  const name = stem(entry);
  const split = own.some((other) => stem(other) === SPLIT);
  for (const [earlier, later] of STAGES) {
    // The parts of a split graph are no longer that graph.
    const isApart = split && earlier === "dynamo_output_graph" && later !== SPLIT;
    if (!isApart && (name === earlier || name === later)) {
      found.push(stage(entry, own, earlier, later));
    }
  }
  for (const part of directions(own, "inductor_post_grad_graph")) {
    for (const pair of [[part.graph, part.forward], [part.backwardGraph, part.backward]]) {
      if (pair.includes(entry)) {
        found.push(pair[1 - pair.indexOf(entry)]);
      }
    }
  }
  const pairs = found.filter(Boolean).map((other) => [`${other.name}, same compile id`, other]);
  for (const { forward, backward } of directions(own, CODE)) {
    if (forward !== null && backward !== null && (entry === forward || entry === backward)) {
      pairs.push(
        entry === forward
          ? ["the code of the backward, same compile id", backward]
          : ["the code of the forward, same compile id", forward],
      );
    }
  }
  return pairs;
}

// The same artifact in another compile id or trace: by name, and of code, whose names hold a
// digest, by its place among those of its type.
export function counterpart(entry, own, others) {
  const named = others.find((other) => !other.isLink && other.name === entry.name);
  if (named !== undefined || entry.type !== "inductor_output_code") {
    return named ?? null;
  }
  const place = own.filter((other) => other.type === entry.type).findIndex((other) => other.name === entry.name);
  return others.filter((other) => other.type === entry.type)[place] ?? null;
}

export function neighbours(trace, group) {
  const frame = FRAME.exec(group.key)?.[1];
  if (frame === undefined) {
    return [];
  }
  const same = trace.groups.filter((other) => FRAME.exec(other.key)?.[1] === frame);
  const at = same.indexOf(group);
  const wanted = [same[at - 1], same[at + 1], same[0], same.at(-1)];
  return [...new Set(wanted)].filter((other) => other !== undefined && other !== group);
}

// Another attempt at the same compilation is no recompilation.
export function relation(group, other) {
  return FRAME.exec(group.key)[2] === FRAME.exec(other.key)[2] ? "restarted" : "recompiled";
}

const isRank = (name) => /(?:^|\/)rank_\d+$/.test(name);

// What leads from a trace's folder, which may lie in others, to that of the run.
export const upFrom = (folder) => "../".repeat(folder.split("/").length);

// What to call the same artifact of the other traces of the run; null where there are none.
// `load(url, kind)` gives the values that a data file hands over.
export const otherTraces = async ({ trace, base }, load) => {
  const own = trace.head.folder;
  if (own === "." || base !== "") {
    return null;
  }
  let ranks = isRank(own);
  try {
    const [{ traces }] = await load(`${upFrom(own)}report/traces.js`, "traces");
    ranks &&= traces.every(({ name }) => isRank(name));
  } catch {
    // The folder's name alone says it.
  }
  return ranks ? "the same of another rank" : "the same in another trace";
};

// Entries to compare one with, each with a label: [[label, entry], ...].
export const pairsFor = async (entry) => {
  const { trace, group } = entry;
  const own = await trace.entriesOf(group);
  const here = own.filter((other) => !other.isLink);
  const pairs = partners(here.find((other) => other.number === entry.number) ?? entry, here);
  for (const neighbour of neighbours(trace, group)) {
    const other = counterpart(entry, own, await trace.entriesOf(neighbour));
    if (other !== null) {
      pairs.push([`the same of ${neighbour.shown} (${relation(group, neighbour)})`, other]);
    }
  }
  return pairs.filter(([, other], at) => pairs.findIndex(([, first]) => first.id === other.id) === at);
};
