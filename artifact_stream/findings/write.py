"""Writing ``compile_ids.jsonl`` and ``findings.json`` of a trace."""

from __future__ import annotations

import os
from collections.abc import Iterator

import msgspec

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.staged_files import output_errors, write_own_file
from artifact_stream.findings.compilations import Compilations
from artifact_stream.findings.counting import Counting
from artifact_stream.findings.findings_file import findings_chunks
from artifact_stream.findings.grouping import Grouping
from artifact_stream.findings.not_in_trace import not_in_trace
from artifact_stream.findings.of_compilation import findings_of
from artifact_stream.layout import (
    COMPILE_IDS_FILE,
    DIRECTORY_FILE,
    FACTS_FILE,
    FINDINGS_FILE,
    MAX_LINE_BYTES,
)
from artifact_stream.output.counts import known_kinds
from artifact_stream.output.summary import TraceSummary


def write_findings(
    root: str, staging_folder: str, summary: TraceSummary, *, has_facts: bool = True
) -> None:
    """Write what a trace's facts come to, and note the counts in its summary.

    Memory: one compilation and one finding; what is sorted is on disk.

    Args:
        root: The trace's folder.
        staging_folder: For temporary files.
        summary: What became of the trace.
        has_facts: The entries were read for what they tell.

    Raises:
        OutputUnusable: The folder cannot be written.
    """
    out = summary.out_of(root)
    grouping = Grouping(staging_folder)
    counting = Counting(staging_folder)
    with (
        output_errors(root),
        open_inside(root, FACTS_FILE) as facts,
        open_inside(root, FACTS_FILE) as strings,
        open_inside(root, DIRECTORY_FILE) as index,
    ):
        compilations = Compilations(facts, strings, staging_folder)
        try:
            compilations.read()
            if has_facts:
                compilations.read_index(index)
            write_own_file(
                os.path.join(root, COMPILE_IDS_FILE),
                _lines(compilations, counting, grouping),
                out=out,
            )
            summary.counts.findings = counting.finish(summary.counts.facts.found["recompilation"])
            write_own_file(
                os.path.join(root, FINDINGS_FILE),
                findings_chunks(
                    compilations.versions,
                    summary.counts.findings,
                    grouping.findings(),
                    not_in_trace(summary.counts, has_facts=has_facts),
                    known_kinds([summary.counts.facts]),
                ),
                out=out,
            )
        finally:
            compilations.close()
            grouping.close()
            counting.close()


def _lines(compilations: Compilations, counting: Counting, grouping: Grouping) -> Iterator[bytes]:
    """The lines of ``compile_ids.jsonl``; what is found goes into the grouping."""
    for building in compilations.built():
        compilation = building.finish()
        compilations.note_versions(compilation.metrics)
        counting.add(compilation)
        for finding in findings_of(building):
            grouping.add(finding)
        line = msgspec.json.encode(compilation) + b"\n"
        if len(line) > MAX_LINE_BYTES:
            # Stacks and symbols of a hostile trace.
            compilation.symbols_left_out += len(compilation.symbols)
            compilation.symbols, compilation.stack = [], ()
            line = msgspec.json.encode(compilation) + b"\n"
        yield line
