"""The JSON envelope on an entry's line: which members are context and which is the entry type.

``torch._logging.trace_structured`` writes one record per line with ``json.dumps(record,
default=repr)``: the entry type's key holds the metadata, the keys below say where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from artifact_stream.framing.json_cursor import KEPT_VALUE_BYTES, JsonCursor, prune
from artifact_stream.json_text import loads

CONTEXT_KEYS = frozenset(
    {
        "attempt",
        "compiled_autograd_id",
        "frame_compile_id",
        "frame_id",
        "has_payload",
        "pathname",
        "rank",
        "severity",
        "stack",
        "subgraph_name",
        "thread",
        "timestamp",
    }
)
"""Reserved names of torch's records; every other key is an entry type."""

KEPT_CONTEXT_KEYS = ("pathname", "severity", "subgraph_name", "thread", "timestamp")
"""Context that no other field of an entry holds: it is kept under its own name."""

_KEPT_CONTEXT = frozenset(KEPT_CONTEXT_KEYS)
_MAX_CONTEXT_CHARS = 1000

_decode_object = msgspec.json.Decoder(dict[str, Any]).decode
_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def _simple_envelope() -> re.Pattern[bytes]:
    """An entry's first line whose envelope can be told to be whole JSON with one entry type.

    The type's value holds nothing deeper than lists, and no string with an escape.  What it does
    not match may be as good: it is looked at more closely.
    """
    string = rb'"[^"\\\x00-\x1f]*+"'
    number = rb"-?+(?:0|[1-9]\d*+)(?:\.\d++)?+"
    scalar = rb"(?:" + string + rb"|" + number + rb"|true|false|null)"
    array = rb"\[(?:" + scalar + rb"(?:, " + scalar + rb")*+)?+\]"
    member = string + rb": (?:" + scalar + rb"|" + array + rb"|\{\})"
    value = rb"(?:\{(?:" + member + rb"(?:, " + member + rb")*+)?+\}|" + array + rb")"
    context = rb'"(?:rank|frame_id|frame_compile_id|attempt|compiled_autograd_id)": (?:\d++|null)'
    return re.compile(
        rb"[VIWEC]\d{4} \d\d:\d\d:\d\d\.\d{6} ++\d++ [^\n\]:]++:\d++\] "
        rb'\{"(\w+)": ' + value + rb"(?:, " + context + rb")*+"
        rb'(?:, "has_payload": "[0-9a-f]{32}")?+\}(?=\n|\Z)'
    )


SIMPLE_ENVELOPE = _simple_envelope()
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


class BrokenEnvelope(ValueError):
    """An envelope that is no JSON object; its text says why."""


def decode_envelope(text: bytes) -> dict[str, Any]:
    """The envelope of one line.  Metadata members longer than 64 KiB may be left out.

    Raises:
        BrokenEnvelope: It is no JSON object, standard or as Python's json module writes it.
    """
    try:
        if len(text) <= KEPT_VALUE_BYTES:
            return _decode_object(text)
        members: dict[str, Any] = {
            key: _decode_value(bytes(raw)) for key, raw in _decode_members(text).items()
        }
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _decode_unusual(text)
    return members


def standard_keys(text: bytes) -> Iterable[str]:
    """The keys of an envelope whose values nobody wants; none if it is not standard JSON."""
    try:
        return _decode_members(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return ()


def member_text(line: bytes, start: int, name: str) -> bytes | None:
    """The JSON text of a member of an object that stands on a line, as it stands there.

    Args:
        line: Text that holds the line, or its beginning.
        start: Where the object starts; it ends with the line.
        name: The member's name.

    Returns:
        The text, an empty object for a member that is not there; None if not all of the line is.
    """
    end = line.find(b"\n", start)
    text = line[start : len(line) if end < 0 else end]
    try:
        found = _decode_members(text).get(name)
        return b"{}" if found is None else bytes(found)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    place = None
    try:
        cursor = JsonCursor(iter((text,)))
        for key in cursor.names():
            found_at = cursor.skip()
            place = found_at if key == name else place
        cursor.end()
    except ValueError:
        return None
    return b"{}" if place is None else text[slice(*place)]


def _decode_value(text: bytes) -> Any:
    if len(text) > KEPT_VALUE_BYTES and text.startswith(b"{"):
        return prune(text)
    return loads(text)


def _decode_unusual(text: bytes) -> dict[str, Any]:
    """Decode what the fast decoder refuses: NaN, lone surrogates, deep nesting."""
    if len(text) <= KEPT_VALUE_BYTES:
        try:
            value = loads(text)
        except ValueError:
            pass  # Nested too deep, perhaps: the walk below does not mind.
        else:
            if isinstance(value, dict):
                return value
            raise BrokenEnvelope("it is no JSON object")
    return read_envelope(iter((text,)))


def read_envelope(chunks: Iterator[bytes]) -> dict[str, Any]:
    """The envelope of a line that is too long to be in memory; long values are left out.

    Raises:
        BrokenEnvelope: It is no JSON object.
    """
    cursor = JsonCursor(chunks)
    try:
        envelope = cursor.pruned_object(levels=2)
        cursor.end()
    except ValueError as error:
        raise BrokenEnvelope(str(error)) from error
    return envelope


def entry_types(envelope: Iterable[str]) -> list[str]:
    """The keys of an envelope that are entry types, in order."""
    return [key for key in envelope if key not in CONTEXT_KEYS]


def payload_md5(envelope: dict[str, Any]) -> str | None:
    """The md5 of the payload, as the envelope gives it."""
    digest = envelope.get("has_payload")
    return digest.lower() if isinstance(digest, str) and _MD5.fullmatch(digest) else None


def kept_context(envelope: dict[str, Any]) -> dict[str, Any]:
    """The context to be kept beside an entry: short texts and numbers, by their names."""
    kept: dict[str, Any] = {}
    if _KEPT_CONTEXT.isdisjoint(envelope):
        return kept
    for key in KEPT_CONTEXT_KEYS:
        if key in envelope:
            value = envelope[key]
            if isinstance(value, str):
                value = value[:_MAX_CONTEXT_CHARS]
            if isinstance(value, str | int | float):
                kept[key] = value
    return kept


def whole_number(value: object) -> int | None:
    """The value if it is an integer, else None: a rank or a line number that is usable."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
