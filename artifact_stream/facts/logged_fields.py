"""The members of an entry's metadata as they were logged: numbers keep their text."""

from __future__ import annotations

from typing import Any

import msgspec

from artifact_stream.entries import Entry
from artifact_stream.json_text import encode_json, loads

MAX_FIELDS = 1000
"""No more members are kept; torch logs some 130."""

_decode_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_NULL = b"null"


def fields_of(entry: Entry, payload: bytes = b"") -> dict[str, msgspec.Raw]:
    """The members that are not null, of the metadata or, where that has none, of a payload.

    Args:
        entry: The entry.
        payload: Its payload, if that may hold them.
    """
    logged = entry.logged_metadata()
    fields = _encoded(entry.metadata) if logged is None else members(logged)
    if not fields and payload:
        fields = members(payload)
    return fields


def members(text: bytes) -> dict[str, msgspec.Raw]:
    """The members of a JSON object that are not null; none if the text is no such thing.

    What is no standard JSON (``NaN``) is kept as text.
    """
    try:
        found = _decode_members(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        try:
            value = loads(text)
        except ValueError:
            return {}
        return _encoded(value) if isinstance(value, dict) else {}
    kept: dict[str, msgspec.Raw] = {}
    for name, raw in found.items():
        value_text = bytes(raw)
        if value_text != _NULL and len(kept) < MAX_FIELDS:
            # A newline in JSON stands between values alone; in a line of a file it may not.
            kept[_storable(name)] = msgspec.Raw(value_text.replace(b"\n", b""))
    return kept


def text_of(raw: msgspec.Raw) -> str | None:
    """A member that is a text; None for any other."""
    try:
        value = loads(bytes(raw))
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _encoded(value: dict[str, Any]) -> dict[str, msgspec.Raw]:
    kept: dict[str, msgspec.Raw] = {}
    for name, member in value.items():
        if member is not None and len(kept) < MAX_FIELDS:
            kept[_storable(name)] = msgspec.Raw(encode_json(_finite(member)))
    return kept


def _storable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _finite(value: Any) -> Any:
    """A value with texts for the numbers that JSON has no text for."""
    if isinstance(value, float) and not -1.8e308 < value < 1.8e308:
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    return value
