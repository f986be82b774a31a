"""Telling whether a source is the one that was read before: the same, grown, or another.

A log that a job is still writing grows at its end; anything else that happens to a file makes it
another one.  The times of a file say nothing: copies have others.
"""

from __future__ import annotations

import os

import xxhash

from artifact_stream.errors import InputUnusable, Remedy, SourceDamaged
from artifact_stream.sources.identity import COMPARED_BYTES, Change, FileIdentity, TraceIdentity
from artifact_stream.sources.trace import SourceFile, TraceSource


def identity_of(trace: TraceSource, heads: list[bytes] | None = None) -> TraceIdentity:
    """What a trace is like now.

    Args:
        trace: Its files.
        heads: What pipes among them begin with, decompressed; None for those that have not been
            opened yet.

    Raises:
        InputUnusable: A file cannot be read.
    """
    files = []
    for index, file in enumerate(trace.files):
        if file.stored_bytes is None:
            head = b"" if heads is None else heads[index][:COMPARED_BYTES]
            files.append(FileIdentity(file.label, None, len(head), _digest(head), None))
        else:
            size = file.stored_bytes
            compared = min(size, COMPARED_BYTES)
            head, tail = _ends(file, compared, size)
            files.append(FileIdentity(file.label, size, compared, _digest(head), _digest(tail)))
    return TraceIdentity(trace.name, tuple(files))


def change_of(
    before: TraceIdentity, trace: TraceSource, heads: list[bytes] | None = None
) -> Change:
    """What has become of a trace since it was read.

    Args:
        before: What it was like.
        trace: Its files now: as many, with the same labels.
        heads: As for `identity_of`.

    Raises:
        InputUnusable: A file cannot be read, became shorter or is another.
    """
    change = Change.NONE
    for index, (old, file) in enumerate(zip(before.files, trace.files, strict=True)):
        if old.stored_bytes is None or file.stored_bytes is None:
            if file.stored_bytes is not None or old.stored_bytes is not None:
                raise _other(file, "it was a pipe then or is one now")
            if heads is not None and _digest(heads[index][: old.head_bytes]) != old.head:
                raise _other(file, "it begins otherwise")
            continue
        if file.stored_bytes < old.stored_bytes:
            raise _other(file, "it became shorter")
        head, tail = _ends(file, old.head_bytes, old.stored_bytes)
        if _digest(head) != old.head or _digest(tail) != old.tail:
            raise _other(file, "its content changed")
        if file.stored_bytes > old.stored_bytes:
            change = Change.GROWN
    return change


def _ends(file: SourceFile, compared: int, size: int) -> tuple[bytes, bytes]:
    """The first bytes of a file, and those before an offset, as many."""
    if not compared:
        return b"", b""
    if file.member is not None:
        try:
            return file.member.ends(compared, size)
        except SourceDamaged as damage:
            raise InputUnusable(f"{file.label} cannot be read: {damage}.") from damage
    try:
        with open(file.path, "rb", buffering=0) as opened:
            head = opened.read(compared) or b""
            opened.seek(size - compared, os.SEEK_SET)
            return head, opened.read(compared) or b""
    except OSError as error:
        raise InputUnusable(
            f"{file.path} cannot be read ({error.strerror}): check the path and its permissions."
        ) from error


def _digest(data: bytes) -> str:
    return xxhash.xxh3_128_hexdigest(data)


def _other(file: SourceFile, why: str) -> InputUnusable:
    return InputUnusable(
        f"{file.label} is not what the interrupted run read ({why}): restore it, or ",
        Remedy.START_AGAIN,
        ".",
    )
