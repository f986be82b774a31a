"""Opening a file of a trace, wherever it is."""

from __future__ import annotations

from artifact_stream.options import MAX_EXPANSION
from artifact_stream.sources.containers import Member
from artifact_stream.sources.trace import SourceFile
from artifact_stream.streams.byte_stream import ByteStream
from artifact_stream.streams.opening import decompressed, open_stream
from artifact_stream.streams.stored_file import ReadCounter
from artifact_stream.streams.waiting import Waiting


def open_source(
    file: SourceFile,
    counter: ReadCounter,
    max_expansion: int = MAX_EXPANSION,
    waiting: Waiting | None = None,
) -> ByteStream:
    """Open a file, a pipe or a member of a container.

    Args:
        file: Which one.
        counter: Counts what is read.
        max_expansion: See `open_stream`.
        waiting: See `open_stream`.

    Raises:
        InputUnusable: It cannot be opened.
        Interrupted: A stop is asked for while a pipe is waited for.
        SourceDamaged: It is a member, and not where its container says.
    """
    if file.member is not None:
        return open_member(file.member, counter, max_expansion)
    return open_stream(file.path, counter, max_expansion, waiting)


def open_member(
    member: Member, counter: ReadCounter, max_expansion: int = MAX_EXPANSION
) -> ByteStream:
    """Open a member of a container; compression of its own is told from its first bytes.

    Raises:
        InputUnusable: The container cannot be opened.
        SourceDamaged: The member is not where the container says.
    """
    return decompressed(member.container.stored(member, counter, max_expansion), max_expansion)
