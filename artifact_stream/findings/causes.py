"""Whose it is to mend a graph break: the sentences of ``torch/_dynamo/graph_break_hints.py``."""

from __future__ import annotations

from artifact_stream.findings.finding import Cause

_SIGNS = (
    ("caused by an earlier graph break", Cause.EARLIER_BREAK),
    ("likely to be a Dynamo bug", Cause.BUG),
    ("graph break is fundamental", Cause.FUNDAMENTAL),
    ("may result in an error when running in eager", Cause.USER),
    ("tracing the code will result in an error when running in eager", Cause.USER),
    ("may be possible to write Dynamo tracing rules", Cause.SUPPORTABLE),
    ("may be difficult to debug", Cause.DIFFICULT),
)
_REPORT = "Please report an issue"


def cause_of(hints: tuple[str, ...]) -> Cause | None:
    """The cause that torch's hints name, the one that decides most first; None without hints."""
    for sign, cause in _SIGNS:
        if any(sign in hint for hint in hints):
            return cause
    # Other hints tell what to write instead.
    if any(not hint.startswith(_REPORT) for hint in hints):
        return Cause.USER
    return None


def advice_of(hints: tuple[str, ...]) -> tuple[str, ...]:
    """The hints that say more than whose it is; all, if there are no others."""
    told = tuple(hint for hint in hints if not any(sign in hint for sign, _ in _SIGNS))
    return told or hints
