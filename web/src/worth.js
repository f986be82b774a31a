/* What several traces have that is worth a look, put together.  No DOM. */

export function mergeReasons(parts, key) {
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
  return { ...merged, reasons: [...merged.reasons.values()].sort((one, other) => other.count - one.count) };
}

export function mergeProblems(parts) {
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
