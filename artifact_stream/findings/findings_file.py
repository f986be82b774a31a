"""``findings.json``: what a trace, or all of a run, tell; written and read piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import ijson
import msgspec

from artifact_stream.findings.finding import Finding
from artifact_stream.findings.not_in_trace import NotInTrace
from artifact_stream.layout import FINDINGS_FILE, FORMAT_VERSIONS
from artifact_stream.output.counts import FindingCounts

_COUNTS = (
    "compilations",
    "frames",
    "failures",
    "graph_breaks",
    "recompilations",
    "cache_hits",
    "cache_misses",
    "cache_bypasses",
)


def findings_chunks(
    versions: dict[str, msgspec.Raw],
    counts: FindingCounts,
    findings: Iterable[Finding],
    missing: list[NotInTrace],
    known: dict[str, bool],
) -> Iterator[bytes]:
    """The text of the file: a line for each finding.

    Args:
        versions: What the trace says of the torch that made it.
        counts: What is found, counted.
        findings: Distinct ones, in the order in which they are to be read.
        missing: What the trace does not tell.
        known: Of which kinds it is known that there are no others (`known_kinds`).
    """
    head = {
        "format_version": FORMAT_VERSIONS[FINDINGS_FILE],
        "torch": versions,
        "counts": {name: getattr(counts, name) for name in _COUNTS},
        "seconds": {
            "compile": counts.compile_seconds,
            "backward": counts.backward_seconds,
        },
        "known": known,
    }
    yield msgspec.json.encode(head)[:-1] + b',"findings":['
    separator = b"\n"
    for finding in findings:
        yield separator + msgspec.json.encode(finding)
        separator = b",\n"
    yield b'],\n"not_in_trace":' + msgspec.json.encode(missing) + b"}\n"


def findings_in(file: BinaryIO) -> Iterator[Finding]:
    """The findings in a ``findings.json``, one after the other.

    Raises:
        ValueError: It is no JSON, or no such file.
    """
    try:
        for item in ijson.items(file, "findings.item", use_float=True):
            yield msgspec.convert(item, Finding)
    except (ijson.JSONError, msgspec.ValidationError, RecursionError) as error:
        raise ValueError(f"it is no list of findings ({error})") from error


def head_of(file: BinaryIO) -> dict[str, Any]:
    """The members of a ``findings.json`` that are no findings.

    Raises:
        ValueError: It is no JSON, or no such file.
    """
    head: dict[str, Any] = {}
    try:
        for name in ("torch", "counts", "seconds", "known", "not_in_trace"):
            file.seek(0)
            for value in ijson.items(file, name, use_float=True):
                head[name] = value
                break
    except (ijson.JSONError, RecursionError) as error:
        raise ValueError(f"it is no list of findings ({error})") from error
    return head
