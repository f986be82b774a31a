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
from dataclasses import dataclass

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
MAX_TITLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something happened, in words that equal cases share.

    Attributes:
        title: One line.
        place: Where in the user's code, or empty.
        details: More lines: an explanation, hints, the text as it was logged.
    """

    title: str
    place: str = ""
    details: tuple[str, ...] = ()


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
    )


def recompile_reasons(text: str) -> list[Reason]:
    """The distinct reasons in the text of one recompilation."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    texts = value if isinstance(value, list) else [value]
    reasons: dict[str, Reason] = {}
    for item in texts:
        logged = _OF_COMPILE_ID.sub("", item if isinstance(item, str) else json.dumps(item))
        line, _, comment = _first_line(logged).partition("  #")
        title = _cut(_GUARDED_NUMBER.sub("\\1\u2026", line.strip()))
        place = comment.strip().removeprefix("#").strip()
        if title:
            detail = (_cut(line.strip()),) if line.strip() != title else ()
            reasons.setdefault(title, Reason(title, _cut(place), detail))
    return list(reasons.values())


def break_title(reason: Reason) -> str:
    """The title of a graph break, the same whether a text or the metrics tell of it."""
    return reason.title.removeprefix("Unsupported: ")


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TITLE_CHARS else f"{text[: MAX_TITLE_CHARS - 1]}\u2026"
