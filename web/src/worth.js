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

// What no trace has, of what was looked for in all of them; for parts that have nothing worth a look.
export function sentenceOfAbsent(parts) {
  const known = [
    ["failures", "failed compilations"],
    ["graph_breaks", "graph breaks"],
    ["recompiles", "recompilations"],
  ].filter(([key]) => parts.every(([worth]) => worth.known[key]));
  const absent = [...known.map(([, name]) => name), "problems"].map((name) => `no ${name}`).join(", ");
  return `${absent[0].toUpperCase()}${absent.slice(1)}.`;
}

// What is not known, with the traces that it is not known of where there are several.
export function mergeNotes(parts) {
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
    const more = from.length > 5 ? ` and ${from.length - 5} more` : "";
    return `${from.slice(0, 5).join(", ")}${more}: ${note}`;
  });
}
