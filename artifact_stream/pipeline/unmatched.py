"""Options that have matched nothing in all the traces of a run, and what they could have."""

from __future__ import annotations

from collections.abc import Iterator

from artifact_stream.handlers.registry import Registry, built_in
from artifact_stream.options import Options
from artifact_stream.output.counts import MAX_SEEN, MORE_TYPES, TraceCounts
from artifact_stream.output.missing import Unmatched
from artifact_stream.pipeline.selection import INCLUDE_ALL, INCLUDE_CACHE


def unmatched_options(
    options: Options, counts: TraceCounts, registry: Registry | None = None
) -> list[Unmatched]:
    """What was asked for and is in no trace.

    Args:
        options: What the run was asked for.
        counts: What became of the entries of all traces, which have been read to their end.
        registry: The kinds of entries there are; None for those of the package.
    """
    registry = registry or built_in()
    return [
        *_unmatched_compile_ids(options, counts),
        *_unmatched_types(options, counts),
        *_unmatched_kinds(options, counts, registry),
    ]


def _unmatched_compile_ids(options: Options, counts: TraceCounts) -> Iterator[Unmatched]:
    matches = counts.matches
    for pattern in options.compile_ids:
        if pattern not in matches.compile_ids:
            yield Unmatched("compile_ids", pattern, list(matches.seen), matches.has_more)


def _unmatched_types(options: Options, counts: TraceCounts) -> Iterator[Unmatched]:
    if MORE_TYPES in counts.by_type:
        return  # It may be one of those that are not counted by name.
    there = sorted(counts.skipped_by_type)
    for name in options.include:
        if name == INCLUDE_CACHE:
            is_there = counts.matches.cache_artifacts > 0
        else:
            is_there = name == INCLUDE_ALL or name in counts.by_type
        if not is_there:
            yield Unmatched("include", name, there[:MAX_SEEN], len(there) > MAX_SEEN)


def _unmatched_kinds(
    options: Options, counts: TraceCounts, registry: Registry
) -> Iterator[Unmatched]:
    claimed = counts.matches.claimed
    claimed_of: dict[str, int] = {}
    for of_kind in claimed.values():
        for entry_type, count in of_kind.items():
            claimed_of[entry_type] = claimed_of.get(entry_type, 0) + count
    there = [
        handler.name
        for handler in registry.handlers
        if handler.name in claimed
        or any(
            name in counts.by_type and counts.by_type[name].entries > claimed_of.get(name, 0)
            for name in handler.entry_types
        )
    ]
    for name in options.only:
        if name not in there:
            yield Unmatched("only", name, there, has_more=False)
