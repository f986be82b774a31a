/* Which artifacts are worth comparing with which.  No DOM. */

/** @import { Entry, Group, Load, Trace } from "./trace.js" */

import { TRACES_FILE } from "./shapes.js";

/**
 * What must be known of an entry to find its partners.
 *
 * @typedef {Pick<Entry, "name" | "type" | "line" | "id" | "number" | "isLink">} Candidate
 */

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

/** @param {Candidate} entry */
const stem = (entry) => (entry.type === CODE ? CODE : entry.name.replace(REPEAT, ""));

/**
 * What a graph becomes is the next of its kind in the log, and no other graph comes between the two.
 * Numbers behind the names say nothing: a step that a cache spares logs no graph.
 *
 * @template {Candidate} E
 * @param {E} entry
 * @param {E[]} own All of the compile id.
 * @param {string} earlier
 * @param {string} later
 * @returns {E | null}
 */
function stage(entry, own, earlier, later) {
  const isEarlier = stem(entry) === earlier;
  const wanted = isEarlier ? later : earlier;
  const between = own.filter((other) => (isEarlier ? other.line > entry.line : other.line < entry.line));
  const nearest = (/** @type {string} */ name) =>
    between
      .filter((other) => stem(other) === name)
      .reduce((/** @type {E | null} */ best, other) => (best === null || (other.line < best.line) === isEarlier ? other : best), null);
  const found = nearest(wanted);
  const rival = nearest(stem(entry));
  const taken = found !== null && rival !== null && (rival.line < found.line) === isEarlier;
  return taken ? null : found;
}

/**
 * Which of the post-grad graphs, or of the codes, belong to which forward and backward graph.  The
 * first after a forward graph is the forward's.  Others are of backwards, which are compiled when they
 * first run: that of the last forward comes first.
 *
 * @template {Candidate} E
 * @param {E[]} own
 * @param {string} name
 */
export function directions(own, name) {
  /** @type {{ graph: E, backwardGraph: E | null, forward: E | null, backward: E | null }[]} */
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

/**
 * Partners within a compile id, each with a label.
 *
 * @template {Candidate} E
 * @param {E} entry
 * @param {E[]} own
 */
export function partners(entry, own) {
  /** @type {(E | null)[]} */
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
    for (const [one, other] of [[part.graph, part.forward], [part.backwardGraph, part.backward]]) {
      if (one === entry || other === entry) {
        found.push(one === entry ? other : one);
      }
    }
  }
  /** @type {[label: string, entry: E][]} */
  const pairs = found
    .filter((other) => other !== null)
    .map((other) => [`${other.name}, same compile id`, other]);
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

/**
 * The same artifact in another compile id or trace: by name, and of code, whose names hold a
 * digest, by its place among those of its type.
 *
 * @template {Candidate} E
 * @param {E} entry
 * @param {E[]} own
 * @param {E[]} others
 */
export function counterpart(entry, own, others) {
  const named = others.find((other) => !other.isLink && other.name === entry.name);
  if (named !== undefined || entry.type !== CODE) {
    return named ?? null;
  }
  const place = own.filter((other) => other.type === entry.type).findIndex((other) => other.name === entry.name);
  return others.filter((other) => other.type === entry.type)[place] ?? null;
}

/**
 * Other compilations of the same frame: those before and after, the first and the last.
 *
 * @template {Pick<Group, "key">} G
 * @param {{ groups: G[] }} trace
 * @param {G} group
 */
export function neighbours(trace, group) {
  const frame = FRAME.exec(group.key)?.[1];
  if (frame === undefined) {
    return [];
  }
  const same = trace.groups.filter((other) => FRAME.exec(other.key)?.[1] === frame);
  const at = same.indexOf(group);
  /** @type {(G | undefined)[]} */
  const wanted = [same[at - 1], same[at + 1], same[0], same.at(-1)];
  return [...new Set(wanted)].filter((other) => other !== undefined).filter((other) => other !== group);
}

/**
 * Another attempt at the same compilation is no recompilation.
 *
 * @param {Pick<Group, "key">} group
 * @param {Pick<Group, "key">} other Of the same frame.
 */
export function relation(group, other) {
  return FRAME.exec(group.key)?.[2] === FRAME.exec(other.key)?.[2] ? "restarted" : "recompiled";
}

/** @param {string} name */
const isRank = (name) => /^rank_\d+$/.test(name);

/**
 * What to call the same artifact of the other traces of the run; null where there are none.
 *
 * @param {{ base: string, trace: { head: Pick<Trace["head"], "folder"> } }} entry
 * @param {Load} load
 */
export const otherTraces = async ({ trace, base }, load) => {
  const own = trace.head.folder;
  if (own === "." || base !== "") {
    return null;
  }
  let ranks = isRank(own);
  try {
    const [{ traces }] = await load(`../${TRACES_FILE}`, "traces");
    ranks &&= traces.every(({ name }) => isRank(name));
  } catch {
    // The folder's name alone says it.
  }
  return ranks ? "the same of another rank" : "the same in another trace";
};

/**
 * Entries to compare one with, each with a label.
 *
 * @param {Entry} entry
 */
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
