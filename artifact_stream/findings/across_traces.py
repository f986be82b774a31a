"""``findings.json`` of a run of several traces: the findings of all, equal ones once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import msgspec

from artifact_stream.disk.directories import open_inside
from artifact_stream.disk.scratch import scratch_folder
from artifact_stream.disk.staged_files import output_errors, write_own_file
from artifact_stream.errors import OutputUnusable, Remedy
from artifact_stream.findings.finding import Evidence, Finding
from artifact_stream.findings.findings_file import findings_chunks, findings_in, head_of
from artifact_stream.findings.grouping import Grouping
from artifact_stream.findings.not_in_trace import NotInTrace
from artifact_stream.json_text import encode_json
from artifact_stream.layout import FINDINGS_FILE
from artifact_stream.output.counts import known_kinds
from artifact_stream.output.index_file import measured_index
from artifact_stream.output.summary import RunSummary, TraceSummary
from artifact_stream.urls import url_of


def write_run_findings(out: str, summary: RunSummary) -> None:
    """Write ``findings.json`` into the output folder, of those of its traces; note it there.

    Memory: one finding; all are sorted on disk.

    Args:
        out: The output folder, which has a folder for each trace.
        summary: Of the run; it gets size and digest of the file.

    Raises:
        OutputUnusable: The folder cannot be written.
    """
    torch: dict[str, msgspec.Raw] = {}
    missing: dict[NotInTrace, None] = {}
    with output_errors(out), scratch_folder(out) as scratch:
        grouping = Grouping(scratch)
        try:
            for trace in summary.traces:
                versions, not_there = _head(out, trace)
                torch = torch or versions
                missing.update(dict.fromkeys(not_there))
                for finding in _findings(out, trace):
                    grouping.add(finding)
            chunks = findings_chunks(
                torch,
                summary.counts.findings,
                grouping.findings(),
                list(missing),
                known_kinds(trace.counts.facts for trace in summary.traces),
            )
            write_own_file(os.path.join(out, FINDINGS_FILE), chunks)
            with open_inside(out, FINDINGS_FILE) as file:
                summary.indexes[FINDINGS_FILE] = measured_index(file)
        finally:
            grouping.close()


def _head(out: str, trace: TraceSummary) -> tuple[dict[str, msgspec.Raw], list[NotInTrace]]:
    with _opened(out, trace) as file:
        head = head_of(file)
        versions = msgspec.convert(head.get("torch") or {}, dict[str, Any])
        return (
            {name: msgspec.Raw(encode_json(value)) for name, value in versions.items()},
            msgspec.convert(head.get("not_in_trace") or [], list[NotInTrace]),
        )


@contextmanager
def _opened(out: str, trace: TraceSummary) -> Iterator[BinaryIO]:
    """The file of a trace; an earlier run may have made it, and anybody have edited it since."""
    path = trace.place.path(FINDINGS_FILE)
    try:
        with open_inside(out, path) as file:
            yield file
    except ValueError as error:
        raise OutputUnusable(
            f"{os.path.join(out, path)} is not what a run has written ({error}): ",
            Remedy.START_AGAIN,
            ".",
        ) from error


def _findings(out: str, trace: TraceSummary) -> Iterator[Finding]:
    """The findings of a trace, as they stand in the file of the run."""
    folder = trace.place
    with _opened(out, trace) as file:
        for finding in findings_in(file):
            finding.traces = [folder.name]
            finding.ranks = None if trace.rank is None else [trace.rank]
            finding.evidence = [
                Evidence(
                    None if each.url is None else f"{url_of(folder.name)}/{each.url}",
                    each.line,
                    each.source,
                    folder.name,
                )
                for each in finding.evidence
            ]
            yield finding
