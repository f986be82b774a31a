"""From what an entry's first line in a raw log says to an `Entry`."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from artifact_stream.compile_ids import key_from_parts
from artifact_stream.entries import NO_PAYLOAD, Entry, Payload
from artifact_stream.framing.boundaries import beginning_of_line
from artifact_stream.framing.envelope import kept_context, member_text, payload_md5, whole_number


def raw_entry(
    name: str,
    prefix: re.Match[bytes],
    envelope: dict[str, Any],
    payload: Payload,
    *,
    source: str,
    line: int,
    offset_bytes: int,
    payload_offset_bytes: int,
    source_bytes: int,
) -> Entry:
    """An entry of a raw log.

    Args:
        name: Its type, a key of the envelope.
        prefix: What stands before the envelope, matched by `PREFIX`.
        envelope: The envelope.
        payload: The payload.
        source: For the entry, as are the arguments behind it.
        line: From 1.
        offset_bytes: Of the first line.
        payload_offset_bytes: Of the line below.
        source_bytes: Size of the entry in the log.
    """
    month, day, time, thread, pathname, lineno = prefix.groups()
    metadata = envelope[name]
    return Entry(
        type=name,
        compile_id=key_from_parts(
            envelope.get("compiled_autograd_id"),
            envelope.get("frame_id"),
            envelope.get("frame_compile_id"),
            envelope.get("attempt"),
        ),
        rank=whole_number(envelope.get("rank")),
        timestamp=f"--{month.decode()}-{day.decode()}T{time.decode()}",
        thread=int(thread[:18]),
        pathname=pathname.decode("utf-8", "surrogateescape"),
        lineno=int(lineno[:18]),
        metadata=metadata if isinstance(metadata, dict) else {},
        payload=payload,
        has_payload=payload is not NO_PAYLOAD or envelope.get("has_payload") is not None,
        payload_md5=payload_md5(envelope),
        context=kept_context(envelope),
        source=source,
        line=line,
        offset_bytes=offset_bytes,
        payload_offset_bytes=payload_offset_bytes,
        source_bytes=source_bytes,
        first_line=beginning_of_line(prefix),
        logged_metadata=partial(member_text, prefix.string, prefix.end(), name),
    )
