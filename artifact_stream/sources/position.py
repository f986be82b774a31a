"""How far a file of a trace has been read."""

from __future__ import annotations

import msgspec


class FilePosition(msgspec.Struct):
    """How far a file has been read: where the line begins whose items are to be taken next.

    Attributes:
        offset_bytes: Where the line begins in the decompressed file; -1 before the first one.
        line: Its number, from 1.
        latest: The latest timestamp up to it.
        begins_line: No item of the line has been taken.
        is_at_end: There is no such line.
    """

    offset_bytes: int = -1
    line: int = 1
    latest: str = ""
    begins_line: bool = True
    is_at_end: bool = False
