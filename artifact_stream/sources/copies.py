"""Leaving out what is there twice: copies of a log, and what tlparse keeps of one."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
import xxhash

from artifact_stream.errors import InputUnusable, SourceDamaged
from artifact_stream.framing.detect import HEAD_BYTES
from artifact_stream.framing.formats import Format
from artifact_stream.sources.drafts import Draft
from artifact_stream.sources.opening import open_source
from artifact_stream.streams.opening import PeekedStream
from artifact_stream.streams.stored_file import ReadCounter


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
    rank = copy.trace.about.rank if about.rank is None else about.rank
    about = msgspec.structs.replace(about, copies=about.copies + copy.trace.files, rank=rank)
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
