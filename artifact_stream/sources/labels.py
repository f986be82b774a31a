"""What traces are called: by rank or file name, and by their folders where that is not enough."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from artifact_stream.layout import name_of
from artifact_stream.names import (
    MAX_NAME_BYTES,
    collision_key,
    numbered_name,
    safe_folder_name,
)

INTERMEDIATE_NAMES = ("graphs.jsonl", "codegen.jsonl", "artifacts.jsonl", "compile_artifacts.jsonl")
"""Intermediate files that hold our entries, in the order they are read."""

_COMPRESSION_ENDINGS = (".gz", ".zst", ".zstd", ".xz", ".bz2")
_CONTAINER_ENDINGS = (".tar", ".tgz", ".tzst", ".txz", ".tbz2", ".zip")
_RANK = re.compile(r"(?:^|_)rank_(\d+)(?=[_.]|$)")
_HOST = re.compile(r"(?:^|[_./-])(?:host|hostname|node)[_=-]([A-Za-z0-9][A-Za-z0-9-]*)")
_SAYS_TRACE = re.compile(
    r"dedicated_log|torch_?trace|(?:^|[_.-])traces?(?=[_.-]|$)|(?:^|[_.-])rank[_-]?\d+",
    re.IGNORECASE,
)
_OF_LOGS = ("", ".log", ".jsonl", ".txt")


def natural_key(name: str) -> list[tuple[int, str]]:
    """A sort key that puts ``rank_2`` before ``rank_10``."""
    parts = re.split(r"(\d+)", name)
    return [(int(part[:18]), part) if part.isdecimal() else (-1, part) for part in parts]


def without_compression_ending(name: str) -> str:
    """A file's name without ``.gz`` and the like."""
    for ending in _COMPRESSION_ENDINGS:
        name = name.removesuffix(ending)
    return name


def without_container_ending(name: str) -> str:
    """A container's name without ``.tar.gz`` and the like."""
    name = without_compression_ending(name)
    for ending in _CONTAINER_ENDINGS:
        name = name.removesuffix(ending)
    return name


def rank_in(name: str) -> int | None:
    """The rank that a file's or folder's name names."""
    rank = _RANK.search(name)
    return None if rank is None else int(rank[1][:18])


def rank_among(folders: Sequence[str]) -> int | None:
    """The rank that a folder names, the nearest first."""
    return next((rank for name in reversed(folders) if (rank := rank_in(name)) is not None), None)


def host_in(path: str) -> str | None:
    """The host that a path names."""
    host = _HOST.search(path)
    return None if host is None else host[1]


def trace_name(path: str) -> str:
    """What the trace in a file is called: ``rank_3`` if its name says so, else without endings."""
    name = os.path.basename(path.rstrip("/"))
    rank = _RANK.search(name)
    if rank is not None:
        return f"rank_{rank[1]}"
    name = without_compression_ending(name)
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and ending.lower() in ("log", "jsonl", "txt", "json") else name


def says_trace(name: str) -> bool:
    """True if a file's name says that it is a trace, or a rank's."""
    bare = without_compression_ending(name)
    is_log = bare != name or os.path.splitext(bare)[1].lower() in _OF_LOGS
    return is_log and _SAYS_TRACE.search(name) is not None


def shown_path(path: str) -> str:
    """A path, as Python decodes it by the locale, as text: see `shown_name`."""
    return shown_name(name_of(path))


def shown_name(name: str) -> str:
    """A name as text: bytes that are no UTF-8 as a backslash, ``x`` and two digits.

    Args:
        name: As read in UTF-8, whatever the locale; lone surrogates stand for such bytes.
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def distinct_names(
    wanted: Sequence[tuple[str, Sequence[str]]], max_bytes: int = MAX_NAME_BYTES
) -> list[str]:
    """A place in the output for each trace, nobody else's: safe names with ``/`` between them.

    Where a name does not tell traces apart, the shortest part of the folders that lead to them
    that does stands before it; where there is none, a number behind it.

    Args:
        wanted: For each trace, its name and the folders that lead to it, the topmost first.
        max_bytes: How long the name of a folder may be.
    """
    by_name: dict[str, list[int]] = {}
    for index, (name, _) in enumerate(wanted):
        by_name.setdefault(collision_key(safe_folder_name(name, max_bytes)), []).append(index)
    prefixes: dict[int, tuple[str, ...]] = {}
    for indexes in by_name.values():
        if len(indexes) > 1:
            told = _telling_parts([wanted[index][1] for index in indexes])
            prefixes.update(zip(indexes, told, strict=True))
    places = [
        tuple(safe_folder_name(part, max_bytes) for part in (*prefixes.get(index, ()), name))
        for index, (name, _) in enumerate(wanted)
    ]
    # No trace's folder may hold another one's: compile ids have their folders there.
    above = {
        collision_key("/".join(place[:depth])) for place in places for depth in range(1, len(place))
    }
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    names = []
    for *folders, name in places:
        candidate = first = "/".join((*folders, name))
        while (key := collision_key(candidate)) in taken or key in above:
            number = numbers[first] = numbers.get(first, 0) + 1
            candidate = "/".join((*folders, numbered_name(name, number, max_bytes=max_bytes)))
        taken.add(key)
        names.append(candidate)
    return names


def _telling_parts(paths: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """For each path, the shortest part that tells most of them apart; empty if none does."""
    head = shared_parts(paths)
    tail = shared_parts([tuple(reversed(path[head:])) for path in paths])
    middles = [tuple(path[head : len(path) - tail]) for path in paths]
    different = len(set(middles))
    if different == 1:
        return [() for _ in paths]
    for index in range(min(map(len, middles))):
        for at in (index, -1 - index):
            if len({middle[at] for middle in middles}) == different:
                return [(middle[at],) for middle in middles]
    return middles


def shared_parts(paths: Sequence[Sequence[str]]) -> int:
    """How many of their first parts paths share."""
    shared = min(map(len, paths), default=0)
    for index in range(shared):
        if any(path[index] != paths[0][index] for path in paths):
            return index
    return shared
