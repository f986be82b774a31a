"""``findings.json``: what a trace, or all of a run, tell; written and read piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from artifact_stream.findings.finding import Finding
from artifact_stream.findings.not_in_trace import NotInTrace
from artifact_stream.layout import FINDINGS_FILE, FORMAT_VERSIONS
from artifact_stream.output.counts import FindingCounts

_HEAD = ("format_version", "torch", "counts", "seconds", "known", "not_in_trace")
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


def read_findings(path: str) -> Iterator[Finding]:
    """The findings in a ``findings.json`` that the caller has named, a link or not.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no JSON, or no such file.
    """
    with open(path, "rb") as file:
        yield from findings_in(file)


def findings_in(file: BinaryIO) -> Iterator[Finding]:
    """The findings in a ``findings.json``, one after the other.

    Memory: one finding.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no JSON, or no such file.
    """
    head_of(file)
    file.seek(0)
    for item in _items(file, "findings.item"):
        try:
            yield msgspec.convert(item, Finding)
        except (msgspec.ValidationError, RecursionError) as error:
            raise ValueError(f"it is no list of findings ({error})") from error


def head_of(file: BinaryIO) -> dict[str, Any]:
    """The members of a ``findings.json`` that are no findings.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no JSON, or no such file.
    """
    head: dict[str, Any] = {}
    for name in _HEAD:
        file.seek(0)
        for value in _items(file, name):
            head[name] = value
            break
    if head.get("format_version") != FORMAT_VERSIONS[FINDINGS_FILE]:
        raise ValueError("it is no list of findings, or one in a newer format")
    return head


def _items(file: BinaryIO, prefix: str) -> Iterator[Any]:
    import ijson  # A run of one trace reads none.

    try:
        yield from ijson.items(file, prefix, use_float=True)
    except OSError:
        raise
    except (ijson.JSONError, ValueError, SystemError, RecursionError) as error:
        # As in `artifact_stream.index.reader`.
        raise ValueError(f"it is no JSON ({error})") from error
