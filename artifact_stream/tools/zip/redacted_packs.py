"""Packs without names of people, and what their payloads have become."""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from artifact_stream.entries import BrokenPayload
from artifact_stream.json_text import decode_string
from artifact_stream.output.packs import MAX_PACK_BYTES, SEPARATOR, encode_payload, is_pack_text
from artifact_stream.tools.zip.redacted_index import ChangedFiles
from artifact_stream.tools.zip.redaction import Redactor


def redacted_pack(
    path: str, file: BinaryIO, redactor: Redactor, changed: ChangedFiles
) -> list[bytes] | None:
    """The lines of a pack, redacted; what its payloads have become is noted.

    Memory: the pack, which is bounded.

    Args:
        path: The pack's, relative to the output folder, not redacted.
        file: It, at its start.
        redactor: Replaces names.
        changed: Where payloads are noted that are others now.

    Returns:
        Its text; None if it is no pack, with the file at its start again.
    """
    size = os.fstat(file.fileno()).st_size
    text = file.read(MAX_PACK_BYTES) if size <= MAX_PACK_BYTES else b""
    if not is_pack_text(path, text):
        file.seek(0)
        return None
    lines = io.BytesIO(text).readlines()
    for number, line in enumerate(lines):
        lines[number] = redacted = redactor.redact(line)
        if redacted != line:
            try:
                payload = decode_string(redacted.rstrip(b",\n"))
            except BrokenPayload:
                continue  # An edited pack: the digest in the index will tell.
            changed.add_packed(path, number - 1, payload)
            ending = SEPARATOR if redacted.endswith(SEPARATOR) else b"\n"
            lines[number] = encode_payload(payload) + ending
    return lines
