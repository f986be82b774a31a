"""From files that have been looked at to traces: which belong together, which are the same."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

import msgspec
import xxhash

from artifact_stream.errors import InputUnusable, SourceDamaged
from artifact_stream.framing.detect import HEAD_BYTES, Format
from artifact_stream.layout import DIRECTORY_FILE, PROBLEMS_FILE
from artifact_stream.sources.labels import (
    host_in,
    natural_key,
    rank_among,
    rank_in,
    trace_name,
    without_compression_ending,
)
from artifact_stream.sources.left_out import LeftOut
from artifact_stream.sources.opening import open_source
from artifact_stream.sources.probe import Head
from artifact_stream.sources.trace import About, SourceFile, TraceSource
from artifact_stream.streams.opening import PeekedStream
from artifact_stream.streams.stored_file import ReadCounter

INTERMEDIATE_NAMES = ("graphs.jsonl", "codegen.jsonl", "artifacts.jsonl", "compile_artifacts.jsonl")
"""Intermediate files that hold our entries, in the order they are read."""

OTHER_INTERMEDIATE_NAMES = frozenset(
    {
        "cache.jsonl",
        "chromium_events.json",
        "chromium_events.jsonl",
        "compilation_metrics.jsonl",
        DIRECTORY_FILE,
        "export.jsonl",
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


def without_copies(drafts: list[Draft]) -> list[Draft]:
    """Leave out traces with the same bytes as another one, which is told of them.

    Two that are named with different ranks are two, whatever they hold.  What is compared to its
    end are files that begin alike, each once.
    """
    alike: dict[tuple[object, ...], list[Draft]] = {}
    for each in drafts:
        if each.heads:
            key = tuple((head.digest, head.is_whole) for head in each.heads)
            alike.setdefault(key, []).append(each)
    gone: set[int] = set()
    for group in alike.values():
        if len(group) > 1:
            gone.update(_copies_in(group))
    gone.update(_reports_of_logs([each for each in drafts if id(each) not in gone]))
    return [each for each in drafts if id(each) not in gone]


def _copies_in(group: list[Draft]) -> Iterable[int]:
    """Those of traces that begin alike whose bytes another one has; that is told of them."""
    same: dict[tuple[bytes, ...], dict[int | None, Draft]] = {}
    # A log that is named as torch names it is the original; what names a rank comes first.
    for each in sorted(group, key=lambda each: (each.is_copy_of_log, each.said_rank is None)):
        try:
            by_rank = same.setdefault(_content_digests(each), {})
        except (InputUnusable, SourceDamaged):
            continue
        original = by_rank.get(each.said_rank)
        if original is None and each.said_rank is None and by_rank:
            original = next(iter(by_rank.values()))
        if original is None:
            by_rank[each.said_rank] = each
        else:
            _note_copy(original, each)
            yield id(each)


def _note_copy(original: Draft, copy: Draft) -> None:
    about = original.trace.about
    labels = tuple(file.label for file in copy.trace.files)
    rank = copy.trace.about.rank if about.rank is None else about.rank
    about = msgspec.structs.replace(about, copies=about.copies + labels, rank=rank)
    name = original.trace.name if rank is None else f"rank_{rank}"
    original.trace = msgspec.structs.replace(original.trace, about=about, name=name)


def _content_digests(each: Draft) -> tuple[bytes, ...]:
    """Digests of all that the files of a trace hold, decompressed."""
    digests = []
    for file, head in zip(each.trace.files, each.heads, strict=True):
        if head.is_whole:
            digests.append(head.digest)
            continue
        stream = PeekedStream(open_source(file, ReadCounter()), HEAD_BYTES)
        digest = xxhash.xxh3_128()
        try:
            while block := stream.read():
                digest.update(block)
        finally:
            stream.close()
        digests.append(digest.digest())
    return tuple(digests)


_TIME_AND_PROCESS = re.compile(rb"^[VIWEC](\d{4} \d\d:\d\d:\d\d\.\d{6} \d+ )", re.MULTILINE)


def _reports_of_logs(drafts: list[Draft]) -> Iterable[int]:
    """The tlparse reports of logs that are there themselves, which are told of them."""
    reports: dict[bytes, Draft] = {}
    for each in drafts:
        if each.trace.files[0].report is not None:
            reports.update(dict.fromkeys(each.heads[0].begins, each))
    if not reports:
        return
    for each in drafts:
        if not each.heads or each.heads[0].format is not Format.RAW_LOG:
            continue
        try:
            stream = PeekedStream(open_source(each.trace.files[0], ReadCounter()), HEAD_BYTES)
        except (InputUnusable, SourceDamaged):
            continue
        stream.close()
        for match in _TIME_AND_PROCESS.finditer(stream.head):
            report = reports.get(match[1])
            if report is not None:
                reports = {key: one for key, one in reports.items() if one is not report}
                _note_copy(each, report)
                yield id(report)
                break
