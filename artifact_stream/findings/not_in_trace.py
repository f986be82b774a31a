"""What a trace does not tell, why, and how to have it told the next time."""

from __future__ import annotations

import msgspec

from artifact_stream.output.counts import METRICS, TraceCounts


class NotInTrace(msgspec.Struct, frozen=True):
    """Something that a trace may hold and this one does not.

    Attributes:
        what: In a word or two: ``stacks``.
        why: A sentence.
        how: What to do; None where nothing helps.
    """

    what: str
    why: str
    how: str | None = None


def not_in_trace(counts: TraceCounts, *, has_facts: bool = True) -> list[NotInTrace]:
    """What is not there, given what the entries of a trace were.

    Args:
        counts: What became of the entries.
        has_facts: They were read for what they tell.
    """
    if not has_facts:
        return [
            NotInTrace(
                "facts",
                "What entries tell of how compilations went was left out on request.",
                "Run it again and have facts read.",
            )
        ]
    if not counts.entries_read:
        return []
    read = counts.facts.read
    missing = []
    if METRICS not in read:
        missing.append(
            NotInTrace(
                "metrics",
                "The log holds no compilation metrics: times, counts of guards and operations, and "
                "failures that nothing else tells of, are not known. A process that was killed "
                "while it compiled leaves none.",
                "Let the program run to the end of a compilation.",
            )
        )
    if "dynamo_start" not in read:
        missing.append(
            NotInTrace(
                "stacks",
                "No entry tells which stack led to a compilation: torch logs that since 2.3.",
                "Make the trace with a newer torch.",
            )
        )
    if "torch_version" not in read:
        missing.append(
            NotInTrace(
                "torch version",
                "No entry tells which torch made the log: torch logs that since 2.10.",
                "Make the trace with a newer torch.",
            )
        )
    return missing + _of_breaks(counts)


def _of_breaks(counts: TraceCounts) -> list[NotInTrace]:
    missing = []
    breaks = counts.findings.graph_breaks
    if breaks and "dynamo_graph_break_reason" not in counts.facts.read:
        missing.append(
            NotInTrace(
                "places of graph breaks",
                "Only the metrics tell of graph breaks: why there was one, not in which line.",
                "Make the trace with torch 2.6 or newer.",
            )
        )
    again = counts.facts.compiled_again
    if again:
        missing.append(
            NotInTrace(
                "reasons of recompilations",
                f"{again:,} {'compilation' if again == 1 else 'compilations'} came after others of "
                "the same function, and the log does not say why.",
                "Make the trace with torch 2.6 or newer.",
            )
        )
    return missing
