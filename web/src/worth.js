/* What several traces have that is worth a look, put together.  No DOM. */

/** @import { CountedProblem, CountedReason, Known, Place, ProblemExample, Reasons, SizedPlace, Worth } from "./shapes.js" */

import { SIZED_PLACE } from "./shapes.js";
import { formatCount, plural } from "./text.js";

const NAMED_TRACES = 5;

/**
 * Of which trace something is.
 *
 * @typedef {object} Source
 * @property {string} label Stands in front of what is shown of it.
 * @property {(id: string) => string} link The address of an artifact.
 */

/**
 * What each trace has, and which trace it is; only some members of it are looked at.
 *
 * @template {keyof Worth} K
 * @typedef {[worth: Pick<Worth, K>, source: Source][]} Parts
 */

/** @typedef {[place: Place, source: Source]} SourcedPlace */
/** @typedef {Omit<CountedReason, "places"> & { places: SourcedPlace[] }} MergedReason */
/** @typedef {Omit<Reasons, "reasons"> & { reasons: MergedReason[] }} MergedReasons */
/** @typedef {Omit<CountedProblem, "places"> & { places: SourcedPlace[] }} MergedProblem */

/**
 * Reasons of one sort, those that are the same put together, the most frequent first.
 *
 * @template {"failures" | "graph_breaks" | "recompiles"} K
 * @param {Parts<K>} parts
 * @param {K} key
 * @returns {MergedReasons}
 */
export function mergeReasons(parts, key) {
  const merged = { entries: 0, unread: 0, left_out: 0 };
  /** @type {Map<string, MergedReason>} */
  const reasons = new Map();
  for (const [worth, source] of parts) {
    const found = /** @type {Reasons} */ (worth[key]);
    merged.entries += found.entries;
    merged.unread += found.unread;
    merged.left_out += found.left_out;
    for (const reason of found.reasons) {
      const id = `${reason.title}\n${reason.place}`;
      const known = reasons.get(id) ?? { ...reason, count: 0, places: [] };
      known.count += reason.count;
      known.places.push(...sourced(reason.places, source));
      reasons.set(id, known);
    }
  }
  return { ...merged, reasons: [...reasons.values()].sort((one, other) => other.count - one.count) };
}

/**
 * What the list of reasons does not hold.
 *
 * @param {Pick<Reasons, "unread" | "left_out">} found
 * @param {string} one What one of the events is called.
 */
export function sentencesOfMissing({ unread, left_out: leftOut }, one) {
  const sentences = [];
  if (unread > 0) {
    sentences.push(`Of ${plural(unread, one)} no reason could be read.`);
  }
  if (leftOut > 0) {
    sentences.push(`Not listed: ${plural(leftOut, "occurrence")} of further reasons.`);
  }
  return sentences;
}

/**
 * @param {Place[]} places
 * @param {Source} source
 * @returns {SourcedPlace[]}
 */
const sourced = (places, source) => places.map((place) => [place, source]);

/** @type {() => { examples: ProblemExample[], places: SourcedPlace[] }} */
const nothing = () => ({ examples: [], places: [] });

/**
 * Problems, those of one sort put together, the most frequent first.
 *
 * @param {Parts<"problems">} parts
 */
export function mergeProblems(parts) {
  /** @type {Map<string, MergedProblem>} */
  const merged = new Map();
  for (const [worth, source] of parts) {
    for (const problem of worth.problems) {
      const known = merged.get(problem.slug) ?? { slug: problem.slug, count: 0, flagged: 0, ...nothing() };
      known.count += problem.count;
      known.flagged += problem.flagged;
      known.examples.push(...problem.examples);
      known.places.push(...sourced(problem.places, source));
      merged.set(problem.slug, known);
    }
  }
  return [...merged.values()].sort((one, other) => other.count - one.count);
}

/**
 * The largest artifacts, the largest first.
 *
 * @param {Parts<"largest">} parts
 * @param {number} most So many.
 * @returns {[place: SizedPlace, source: Source][]}
 */
export function mergeLargest(parts, most) {
  /** @type {[place: SizedPlace, source: Source][]} */
  const all = parts.flatMap(([{ largest }, source]) => largest.map((place) => /** @type {[SizedPlace, Source]} */ ([place, source])));
  return all.sort(([one], [other]) => other[SIZED_PLACE.bytes] - one[SIZED_PLACE.bytes]).slice(0, most);
}

/** @type {[key: keyof Known, name: string][]} */
const EVENTS = [
  ["failures", "failed compilations"],
  ["graph_breaks", "graph breaks"],
  ["recompiles", "recompilations"],
];

/**
 * What no trace has, of what was looked for in all of them; for parts that have nothing worth a look.
 *
 * @param {Parts<"known">} parts
 * @param {number} traces How many traces there are, these parts among them.
 */
export function sentenceOfAbsent(parts, traces = parts.length) {
  const known = EVENTS.filter(([key]) => parts.every(([worth]) => worth.known[key]));
  const absent = [...known.map(([, name]) => name), "problems"].map((name) => `no ${name}`).join(", ");
  if (parts.length < traces) {
    return parts.length === 0 ? "" : `In ${formatCount(parts.length)} of ${plural(traces, "trace")}: ${absent}.`;
  }
  return `${absent.charAt(0).toUpperCase()}${absent.slice(1)}.`;
}

/**
 * What is not known, with the traces that it is not known of where there are several.
 *
 * @param {Parts<"notes">} parts
 */
export function mergeNotes(parts) {
  /** @type {Map<string, string[]>} */
  const labels = new Map();
  for (const [worth, source] of parts) {
    for (const note of worth.notes) {
      labels.set(note, [...(labels.get(note) ?? []), source.label.trim()]);
    }
  }
  return [...labels].map(([note, from]) => {
    if (parts.length === 1 || from.length === parts.length) {
      return note;
    }
    const more = from.length > NAMED_TRACES ? ` and ${from.length - NAMED_TRACES} more` : "";
    return `${from.slice(0, NAMED_TRACES).join(", ")}${more}: ${note}`;
  });
}
