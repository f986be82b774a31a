"""Compilation metrics: failures, restarts and recompilations, as torch counts them itself.

``CompilationMetrics`` of ``torch/_dynamo/utils.py``: one entry for each compilation, forward and
backward, that stands in every log of every release since 2.2.  The fields are the entry's metadata;
where an entry has them in its payload, they are read there.
"""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from artifact_stream.facts.fact import Kind, Told, cut
from artifact_stream.facts.failures import failure_title
from artifact_stream.facts.logged_fields import fields_of
from artifact_stream.facts.reasons import (
    break_title,
    graph_break_reason,
    number_and_hints,
    recompile_reasons,
)
from artifact_stream.facts.recompilations import told_of
from artifact_stream.facts.subject import Reading, Subject, Telling
from artifact_stream.json_text import loads

_TELLING = ("fail_type", "fail_reason", "restart_reasons", "recompile_reason")
"""Fields without which nothing can be said to be absent."""

_FIELDS = (
    *_TELLING,
    "fail_user_frame_filename",
    "fail_user_frame_lineno",
    "co_name",
    "co_filename",
    "co_firstlineno",
)

_KEPT_METADATA_BYTES = 64 << 10
"""Metadata of no more bytes has all its members."""

_MAX_RESTARTS = 64
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def read(telling: Telling) -> Reading:
    """The failure, the restarts and the recompilation that the metrics of a compilation tell of."""
    fields, is_whole = _fields(telling)
    told = [Told(kind=Kind.METRICS, fields=fields_of(telling.entry, _payload_of(telling)))]
    function = _function(fields.get("co_name"))
    where = _place(fields.get("fail_user_frame_filename"), fields.get("fail_user_frame_lineno"))
    start = _place(fields.get("co_filename"), fields.get("co_firstlineno"))
    fail_type, fail_reason = _text(fields.get("fail_type")), _text(fields.get("fail_reason"))
    if fail_type is not None or fail_reason is not None:
        title, details = failure_title(fail_type, fail_reason or "")
        file, lineno = where if where[0] is not None else start
        told.append(
            Told(
                kind=Kind.FAILURE,
                title=title,
                details=details,
                file=file,
                lineno=lineno,
                function=function,
                **_torchs_words(fail_reason),
            )
        )
    restarts = restart_reasons(fields.get("restart_reasons"))
    for text in restarts[:_MAX_RESTARTS]:
        reason = graph_break_reason(text)
        told.append(
            Told(
                kind=Kind.GRAPH_BREAK,
                title=break_title(reason),
                details=reason.details,
                file=start[0],
                lineno=start[1],
                function=function,
                number=reason.number,
                hints=reason.hints,
            )
        )
    recompile = _text(fields.get("recompile_reason"))
    if recompile is not None:
        told += told_of(recompile_reasons(recompile))[:1]
    return Reading(told, is_whole=is_whole and len(restarts) <= _MAX_RESTARTS)


def _payload_of(telling: Telling) -> bytes:
    """The payload, where an older torch has the fields there."""
    return telling.text if telling.entry.has_payload and not telling.entry.metadata else b""


def _torchs_words(reason: str | None) -> dict[str, Any]:
    number, hints = number_and_hints(reason or "")
    return {"number": number, "hints": hints}


def _function(value: Any) -> str | None:
    name = _text(value)
    return None if name is None else name[:200]


def restart_reasons(value: Any) -> list[str]:
    """The distinct reasons in a field: none for null and for what is empty.

    It is a list of texts or, as ``default=repr`` of an older torch makes of a set, the text of one:
    ``{'builtin: print'}``, ``set()``.
    """
    if isinstance(value, str):
        value = _set_of(value)
    if not value:
        return []
    items = value if isinstance(value, (list, tuple, set)) else [value]
    texts = (item if isinstance(item, str) else str(item) for item in items if item is not None)
    # A set has no order: that of its texts does not change from run to run.
    ordered = sorted(texts) if isinstance(items, set) else texts
    return list(dict.fromkeys(text for text in ordered if text.strip()))


def _set_of(text: str) -> Any:
    stripped = text.strip()
    if stripped == "set()":
        return []
    if stripped.startswith(("{", "[", "(")):
        try:
            value = ast.literal_eval(stripped)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return text
        if isinstance(value, (list, tuple, set)):
            return value
    return text


def _fields(telling: Telling) -> tuple[dict[str, Any], bool]:
    """The fields that are read, and whether those that are not there were not logged."""
    entry = telling.entry
    fields = {name: entry.metadata[name] for name in _FIELDS if name in entry.metadata}
    is_whole = True
    if not fields.keys() >= set(_TELLING):
        # An older torch has fewer, long values are left out, or they stand in the payload.
        logged = entry.logged_metadata()
        if logged is None:
            is_whole = False
        elif len(logged) > _KEPT_METADATA_BYTES:
            fields = _members(logged) | fields
        if entry.has_payload:
            if telling.is_whole:
                fields = _members(telling.text) | fields
            else:
                is_whole = False
    return fields, is_whole


def _members(text: bytes) -> dict[str, Any]:
    """The fields in the text of a JSON object; none if it is no such thing."""
    try:
        members = _decode_members(text)
        return {name: loads(bytes(members[name])) for name in _FIELDS if name in members}
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    try:
        value = loads(text)
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {name: value[name] for name in _FIELDS if name in value}


def _text(value: Any) -> str | None:
    """A field as text; None for null and for a text without a character."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else str(value)


def _place(file: Any, lineno: Any) -> tuple[str | None, int | None]:
    named = _text(file)
    is_number = isinstance(lineno, int) and not isinstance(lineno, bool)
    return None if named is None else cut(named), lineno if is_number and named else None


SUBJECT = Subject(
    name="metrics",
    entry_types=(
        "compilation_metrics",
        "bwd_compilation_metrics",
        "aot_autograd_backward_compilation_metrics",
        "compilation_metrics_runtime",
    ),
    read=read,
    summary="Failures (`fail_type`, `fail_reason`), restarts (`restart_reasons`), recompilations "
    "(`recompile_reason`) as metrics count them.",
)
