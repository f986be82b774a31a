"""From files that have been looked at to traces: which belong together, which are the same."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import zip_longest

import msgspec

from artifact_stream.framing.formats import Format
from artifact_stream.layout import DIRECTORY_FILE, FACTS_FILE, PROBLEMS_FILE
from artifact_stream.sources.heads import Head
from artifact_stream.sources.labels import (
    INTERMEDIATE_NAMES,
    host_in,
    natural_key,
    rank_among,
    rank_in,
    trace_name,
    without_compression_ending,
)
from artifact_stream.sources.left_out import LeftOut
from artifact_stream.sources.trace import About, SourceFile, TraceSource

OTHER_INTERMEDIATE_NAMES = frozenset(
    {
        "cache.jsonl",
        "chromium_events.json",
        "chromium_events.jsonl",
        "compilation_metrics.jsonl",
        DIRECTORY_FILE,
        "export.jsonl",
        FACTS_FILE,
        "guards.jsonl",
        "manifest.json",
        PROBLEMS_FILE,
        "raw.jsonl",
        "stacks.jsonl",
        "string_table.json",
        "symbolic_shapes.jsonl",
        "tensor_metadata.jsonl",
    }
)
"""Intermediate files, and index files of ours, that are no sources, wherever they lie."""

REPORT_LIST = "raw.jsonl"
REPORT_LOG = "raw.log"
"""Of a tlparse report: the list of entries, and the log that it was made of."""


class Candidate(msgspec.Struct):
    """A file that has been looked at and is a source.

    Attributes:
        name: Without its folders.
        file: It.
        head: What its beginning tells.
    """

    name: str
    file: SourceFile
    head: Head


class Draft(msgspec.Struct):
    """A trace before it has got its name.

    Attributes:
        trace: It.
        heads: What the beginnings of its files tell.
        is_copy_of_log: It is what tlparse keeps of a log: that itself is read where it is there.
        said_rank: The rank that a name says, not an entry.
    """

    trace: TraceSource
    heads: tuple[Head, ...] = ()
    is_copy_of_log: bool = False
    said_rank: int | None = None


def in_reading_order(names: Iterable[str]) -> list[str]:
    """Intermediate files in their order, everything else in natural order behind them."""

    def key(name: str) -> tuple[int, list[tuple[int, str]]]:
        bare = without_compression_ending(name)
        known = bare in INTERMEDIATE_NAMES
        return (INTERMEDIATE_NAMES.index(bare) if known else 99, natural_key(name))

    return sorted(names, key=key)


def is_other_intermediate(name: str, head: Head) -> bool:
    """True for files beside intermediate ones that are no sources."""
    bare = without_compression_ending(name)
    is_jsonl = head.format is Format.JSONL and not head.is_report
    return is_jsonl and bare in OTHER_INTERMEDIATE_NAMES


def drafts_of(
    candidates: Sequence[Candidate | Draft], folder_name: str, folders: tuple[str, ...], near: int
) -> list[Draft]:
    """The traces in one folder.

    Args:
        candidates: Its files, in the order of `in_reading_order`; what is a trace already stays.
        folder_name: What it is called.
        folders: The folders that lead to it, itself included.
        near: So many of these, from the last one, may name a rank.
    """
    drafts: list[Draft] = []
    intermediate: list[Candidate] = []
    for candidate in candidates:
        if isinstance(candidate, Draft):
            drafts.append(candidate)
            continue
        bare = without_compression_ending(candidate.name)
        if candidate.file.format is Format.JSONL and bare in INTERMEDIATE_NAMES:
            intermediate.append(candidate)
        elif candidate.file.report is not None:
            drafts.append(draft(folder_name, [candidate], folders, near, is_copy_of_log=True))
        else:
            is_copy = candidate.name == REPORT_LOG
            name = candidate.name
            drafts.append(draft(name, [candidate], folders, near, is_copy_of_log=is_copy))
    if intermediate:
        drafts.append(draft(folder_name, intermediate, folders, near, is_folder=True))
    return drafts


def draft(
    name: str,
    candidates: Sequence[Candidate],
    folders: tuple[str, ...],
    near: int = 1,
    *,
    is_copy_of_log: bool = False,
    is_folder: bool = False,
) -> Draft:
    """One trace; for arguments see `drafts_of`."""
    heads = tuple(candidate.head for candidate in candidates)
    said = rank_in(name)
    in_folder = rank_among(folders[len(folders) - near :]) if near else None
    logged = next((head.rank for head in heads if head.rank is not None), None)
    rank = next((each for each in (said, logged, in_folder) if each is not None), None)
    processes = sorted({process for head in heads for process in head.process_ids})[:8]
    host = host_in("/".join((*folders[len(folders) - near :], name)))
    host = host or next((head.host for head in heads if head.host), None)
    shown = name if is_folder else trace_name(name)
    trace = TraceSource(
        f"rank_{rank}" if rank is not None else shown,
        tuple(candidate.file for candidate in candidates),
        folders,
        About(rank, tuple(processes), host),
    )
    return Draft(trace, heads, is_copy_of_log, said if said is not None else in_folder)


def keeping_place(left_out: LeftOut, path: str, folders: tuple[str, ...], near: int) -> Draft:
    """A trace of which nothing can be read, in the place that it would have had."""
    name = os.path.basename(path)
    said = rank_in(name)
    in_folder = rank_among(folders[len(folders) - near :]) if near else None
    rank = said if said is not None else in_folder
    file = SourceFile(path, left_out.path, None, 0)
    trace = TraceSource(
        trace_name(name) if rank is None else f"rank_{rank}",
        (file,),
        folders,
        About(rank),
        (left_out.problem,),
        is_unusable=True,
    )
    return Draft(trace, said_rank=rank)


def joined(drafts: list[Draft]) -> list[Draft]:
    """Make one trace of intermediate files of one folder that were named one by one."""
    by_folder: dict[tuple[str, ...], dict[str, Draft]] = {}
    for each in drafts:
        if _is_intermediate_alone(each):
            name = os.path.basename(each.trace.files[0].path)
            by_folder.setdefault(each.trace.folders, {})[name] = each
    result: list[Draft] = []
    for each in drafts:
        files = by_folder.get(each.trace.folders, {})
        if len(files) < 2 or not _is_intermediate_alone(each):
            result.append(each)
        elif each is next(iter(files.values())):
            folders = each.trace.folders
            ordered = [files[name] for name in in_reading_order(files)]
            candidates = [
                Candidate(
                    os.path.basename(one.trace.files[0].path), one.trace.files[0], one.heads[0]
                )
                for one in ordered
            ]
            name = folders[-1] if folders else "trace"
            result.append(draft(name, candidates, folders, is_folder=True))
    return result


def _is_intermediate_alone(each: Draft) -> bool:
    file = each.trace.files[0]
    bare = without_compression_ending(os.path.basename(file.path))
    is_alone = len(each.trace.files) == 1 and file.member is None
    return is_alone and file.format is Format.JSONL and bare in INTERMEDIATE_NAMES


def without_repeated_files(drafts: list[Draft]) -> list[Draft]:
    """Leave out files that were named twice, once alone and once by their folder, say."""
    seen: set[tuple[str, int]] = set()
    kept: list[Draft] = []
    for each in drafts:
        files, heads = [], []
        for file, head in zip_longest(each.trace.files, each.heads):
            path = file.path if file.path == "-" else os.path.realpath(file.path)
            identity = (path, -1 if file.member is None else file.member.place)
            if identity not in seen:
                seen.add(identity)
                files.append(file)
                heads.append(head)
        if files:
            each.trace = msgspec.structs.replace(each.trace, files=tuple(files))
            each.heads = tuple(head for head in heads if head is not None)
            kept.append(each)
    return kept
