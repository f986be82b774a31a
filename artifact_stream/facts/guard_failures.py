"""Which guard did not hold, in the text of a recompilation's reason.

Written by ``torch/csrc/dynamo/guards.cpp`` and ``torch/_dynamo/guards.py``::

    tensor 'x' size mismatch at index 1. expected 4, actual 5
    ___check_obj_id(fn, 139870659812992)
    factor == 3
    GLOBAL_STATE changed: grad_mode
    5 <= x.size()[0] <= 4096
"""

from __future__ import annotations

import re
from collections.abc import Callable

from artifact_stream.facts.fact import GuardFailure, cut

_MAX_CHARS = 2000
"""So much of a reason is looked at: patterns take longer for long texts than in proportion."""

_OF = re.compile(r"^\[?!?(?P<of>[\d/_-]+)\]?: *")
_TENSOR = re.compile(
    r"tensor '(?P<subject>.+?)' (?:Tensor )?"
    r"(?P<what>size|stride|rank|dtype|requires_grad|device index|device|dispatch key set) mismatch"
)
_AT_INDEX = re.compile(r"mismatch at index (\d{1,9})\.")
_EXPECTED = re.compile(
    r"\b[Ee]xpected (?:requires_grad=|device index to be )?(?P<before>.+?)"
    r"(?:, (?:actual|got) (?P<after>.+?)|, but found (?P<found>.+?))?\.?$"
)
_OF_TENSOR = {"device index": "device", "dispatch key set": "dispatch_keys"}
_GLOBAL_STATE = re.compile(r"GLOBAL_STATE changed: ?(?P<state>.*)")
_OBJECT = re.compile(r"___check_obj_id\((?P<subject>.+), (?P<value>[^,]+)\)")
_TYPE_ID = re.compile(r"___check_type_id\((?P<subject>.+), (?P<value>[^,]+)\)")
_TYPE = re.compile(
    r"expected type of '(?P<subject>.+?)' to be (?P<before>.+?),? but found (?P<after>.+)"
)
_LENGTH = re.compile(r"len\((?P<subject>.+)\) == (?P<value>\d+)")
_SHAPE = re.compile(r"\.(?:size|stride)\(\)\[\d+\]|\.storage_offset\(\)")
_ONE_SIZE = re.compile(
    r"(?P<subject>[^<>=!]+?)\.size\(\)\[(?P<dimension>\d{1,9})\] == (?P<value>\d+)"
)
_VALUE = re.compile(r"(?P<subject>[^=!<>]+?) (?:==|is) (?P<value>.+)")
_TRUTH = re.compile(r"(?:not |bool\()?(?P<subject>L\[.+?|G\[.+?|[A-Za-z_][\w.\[\]']*)\)?")
_MISSING = re.compile(
    r"KeyError|AttributeError|\bhasattr\(|___dict_contains| in (?P<subject>L\[.+)"
)
_LIMIT = re.compile(r"(?:cache_size|recompile|accumulated_\w+)_limit", re.IGNORECASE)


def guard_failure(logged: str) -> GuardFailure:
    """What a reason says.

    Args:
        logged: The reason as logged; its comment may be on it.
    """
    first = next((line.strip() for line in logged.splitlines() if line.strip()), "")
    first = first[:_MAX_CHARS]
    found = _OF.match(first)
    of = None if found is None else found["of"]
    guard = (first if found is None else first[found.end() :]).partition("  #")[0].strip()
    for reader in _READERS:
        failure = reader(guard)
        if failure is not None:
            return GuardFailure(
                cause=failure.cause,
                subject=None if failure.subject is None else cut(failure.subject),
                dimension=failure.dimension,
                before=None if failure.before is None else cut(failure.before),
                after=None if failure.after is None else cut(failure.after),
                of=of,
            )
    return GuardFailure(cause="other", subject=cut(guard) or None, of=of)


def _tensor(guard: str) -> GuardFailure | None:
    found = _TENSOR.search(guard)
    if found is None:
        return None
    what = found["what"]
    values = _EXPECTED.search(guard, found.end())
    index = _AT_INDEX.search(guard, found.end() - len("mismatch"))
    before = after = None
    if values is not None:
        before, after = values["before"], values["after"] or values["found"]
    if what == "requires_grad" and before is not None and after is None:
        before = {"1": "True", "0": "False"}.get(before, before)
        after = {"True": "False", "False": "True"}.get(before)
    return GuardFailure(
        cause=_OF_TENSOR.get(what, what),
        subject=found["subject"],
        dimension=None if index is None else int(index[1]),
        before=before,
        after=after,
    )


def _global_state(guard: str) -> GuardFailure | None:
    found = _GLOBAL_STATE.search(guard)
    if found is None:
        return None
    return GuardFailure(cause="global_state", subject=found["state"].strip() or "global state")


def _objects(guard: str) -> GuardFailure | None:
    for pattern, cause in ((_OBJECT, "object"), (_TYPE_ID, "type")):
        found = pattern.search(guard)
        if found is not None:
            return GuardFailure(cause=cause, subject=found["subject"])
    found = _TYPE.search(guard)
    if found is None:
        return None
    return GuardFailure(
        cause="type", subject=found["subject"], before=found["before"], after=found["after"]
    )


def _limit(guard: str) -> GuardFailure | None:
    return GuardFailure(cause="limit") if _LIMIT.search(guard) else None


def _length(guard: str) -> GuardFailure | None:
    found = _LENGTH.fullmatch(guard)
    if found is None:
        return None
    return GuardFailure(cause="length", subject=found["subject"], before=found["value"])


def _shape(guard: str) -> GuardFailure | None:
    found = _ONE_SIZE.fullmatch(guard)
    if found is not None:
        return GuardFailure(
            cause="size",
            subject=found["subject"],
            dimension=int(found["dimension"]),
            before=found["value"],
        )
    return GuardFailure(cause="shape", subject=guard) if _SHAPE.search(guard) else None


def _value(guard: str) -> GuardFailure | None:
    if _MISSING.search(guard):
        return GuardFailure(cause="missing", subject=guard)
    found = _VALUE.fullmatch(guard)
    if found is not None:
        return GuardFailure(cause="value", subject=found["subject"], before=found["value"])
    found = _TRUTH.fullmatch(guard)
    if found is not None:
        before = "False" if guard.startswith("not ") else "True"
        return GuardFailure(cause="value", subject=found["subject"], before=before)
    return None


_READERS: tuple[Callable[[str], GuardFailure | None], ...] = (
    _limit,
    _tensor,
    _global_state,
    _objects,
    _length,
    _shape,
    _value,
)
