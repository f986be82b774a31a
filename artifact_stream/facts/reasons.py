"""What the texts say that torch logs for a graph break and for a recompilation.

Graph breaks (``torch/_dynamo/symbolic_convert.py``)::

    Graph break in user code at /x/train.py:114
    Graph Break Reason: Encountered graph break when attempting to trace CALL: a function call, ...

    Data-dependent branching
      Explanation: Detected data-dependent branching ...
      Hint: ...

Recompile reasons (``torch/_dynamo/convert_frame.py``) are a JSON list of texts, newest compile id
first, or the bare text where there is one: ``0/3: tensor 'x' rank mismatch. expected 1, actual 2``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from artifact_stream.facts.fact import MAX_FRAMES, Frame, GuardFailure, cut
from artifact_stream.facts.frames import is_users, printed_frames
from artifact_stream.facts.guard_failures import guard_failure

_PLACE = re.compile(r"^Graph break in user code at (?P<place>.+)$", re.MULTILINE)
_REASON = re.compile(r"^(?:Graph Break )?Reason: *(?P<reason>.*)$", re.MULTILINE)
_EXPLANATION = re.compile(r"^ *Explanation: *(?P<text>.+)$", re.MULTILINE)
_HINT = re.compile(r"^ *Hint: *(?P<text>.+)$", re.MULTILINE)
_GENERIC = "Encountered graph break when attempting to trace"
_OF_COMPILE_ID = re.compile(r"^\[?!?[\d/_-]+\]?: *")
# A number that a guard compares with: the same guard fails again with another one.
_GUARDED_NUMBER = re.compile(
    r"(\b(?:expected|actual) |[=<>!]= |\bEq\([^,]{0,200}, "
    r"|\b___check_(?:type|obj)_id\([^,]{0,200}, )"
    r"-?\d+(?![\w.])"
)
_NUMBER = re.compile(r"/gb/(?P<number>gb\d{1,8})\.html")
_USER_TRACEBACK = "User code traceback:"
_TORCHS_TRACEBACK = "Traceback (most recent call last):"
# Behind a guard: the line of code that asked for it, and where that stands.
_ASKED_BY = re.compile(
    r"^(?:(?P<code>.+?)  # )?(?P<file>[^#]+):(?P<line>\d{1,9}) in (?P<function>\S+)"
)
_MAX_COMMENT_CHARS = 2000
MAX_HINTS = 8
MAX_TITLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something happened, in words that equal cases share.

    Attributes:
        title: One line.
        place: Where in the user's code, or empty.
        details: More lines: an explanation, hints, the text as it was logged.
        number: torch's own for the sort of graph break: ``gb0059``.
        hints: What torch says one might do.
        stack: The frames of the traceback of the user's code.
        guard: Of a recompilation, which guard did not hold.
        asked_by: The frame of the user's code that asked for the guard.
    """

    title: str
    place: str = ""
    details: tuple[str, ...] = ()
    number: str | None = None
    hints: tuple[str, ...] = ()
    stack: tuple[Frame, ...] = ()
    guard: GuardFailure | None = None
    asked_by: Frame | None = None


def graph_break_reason(text: str) -> Reason:
    """The reason in the text of a graph break; its first line if it has no such form."""
    place = _PLACE.search(text)
    reason = _REASON.search(text)
    title = reason["reason"].strip() if reason else ""
    if reason and title.startswith(_GENERIC):
        title = _first_line(text[reason.end() :]) or title
    details = [match["text"].strip() for match in _EXPLANATION.finditer(text)][:1]
    details += [f"Hint: {match['text'].strip()}" for match in _HINT.finditer(text)][:3]
    return Reason(
        _cut(title or _first_line(text) or "No reason was logged"),
        _cut(place["place"].strip()) if place else "",
        tuple(_cut(detail) for detail in details),
        *number_and_hints(text),
        users_stack(text),
    )


def number_and_hints(text: str) -> tuple[str | None, tuple[str, ...]]:
    """What torch calls a sort of graph break by number, and its hints, each once."""
    number = _NUMBER.search(text)
    hints = dict.fromkeys(cut(match["text"]) for match in _HINT.finditer(text))
    return None if number is None else number["number"], tuple(hints)[:MAX_HINTS]


def users_stack(text: str) -> tuple[Frame, ...]:
    """The frames behind ``User code traceback:``; none where there is no such thing."""
    _, found, behind = text.partition(_USER_TRACEBACK)
    if not found:
        return ()
    return tuple(printed_frames(behind.partition(_TORCHS_TRACEBACK)[0]))[-MAX_FRAMES:]


def nearest_users(stack: tuple[Frame, ...]) -> Frame | None:
    """The innermost frame of the user's own code; else the innermost of all."""
    for frame in reversed(stack):
        if isinstance(frame.file, str) and is_users(frame.file):
            return frame
    return stack[-1] if stack else None


def recompile_reasons(text: str) -> list[Reason]:
    """The distinct reasons in the text of one recompilation."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    texts = value if isinstance(value, list) else [value]
    reasons: dict[str, Reason] = {}
    for item in texts:
        whole = item if isinstance(item, str) else json.dumps(item)
        logged = _OF_COMPILE_ID.sub("", whole)
        line, _, comment = _first_line(logged).partition("  #")
        title = _cut(_GUARDED_NUMBER.sub("\\1\u2026", line.strip()))
        place = comment.strip().removeprefix("#").strip()
        if title:
            detail = (_cut(line.strip()),) if line.strip() != title else ()
            reason = Reason(title, _cut(place), detail)
            if title not in reasons:
                asked_by = _asking_frame(place, whole)
                reason = replace(reason, guard=guard_failure(whole), asked_by=asked_by)
                reasons[title] = reason
    return list(reasons.values())


def _asking_frame(comment: str, text: str) -> Frame | None:
    """The frame that asked for a guard, as its comment or the stack below it says."""
    frame = nearest_users(tuple(printed_frames(text)))
    if frame is not None:
        return frame
    found = _ASKED_BY.match(comment[:_MAX_COMMENT_CHARS])
    if found is None:
        return None
    code = found["code"]
    return Frame(
        cut(found["file"]),
        int(found["line"]),
        found["function"],
        None if code is None else cut(code.removeprefix("# ")),
    )


def break_title(reason: Reason) -> str:
    """The title of a graph break, the same whether a text or the metrics tell of it."""
    return reason.title.removeprefix("Unsupported: ")


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TITLE_CHARS else f"{text[: MAX_TITLE_CHARS - 1]}\u2026"
