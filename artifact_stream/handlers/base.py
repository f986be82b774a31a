"""What a handler is, and what it may say about an entry.

A handler says *what* is to be written: a name, a kind of content, a link.  It touches neither disk
nor index, and does not read the payload; the engine does all of that.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, Protocol

import msgspec

from artifact_stream.entries import Entry


class Content(Enum):
    """How a payload becomes a file; the values are the file's suffixes."""

    TEXT = ".txt"
    JSON = ".json"
    PYTHON_PAGE = ".html"


class Scope(Enum):
    """Which folder of the trace's output an artifact goes to."""

    COMPILE_ID = "compile id"
    DUMP_FILE = "dump_file"


class Artifact(msgspec.Struct, frozen=True):
    """A file to be made of the entry's payload.

    Attributes:
        name: Its name without suffix, as far as the trace decides: not yet safe.
        content: What is made of the payload.
        scope: Which folder it goes to.
        original_name: What the trace called it, where that is not in `name`.
        flags: Facts about it for the directory index.
        may_be_text: A payload that is no JSON is what torch logs here, and no problem.
    """

    name: str
    content: Content
    scope: Scope = Scope.COMPILE_ID
    original_name: str | None = None
    flags: tuple[str, ...] = ()
    may_be_text: bool = False


class Link(msgspec.Struct, frozen=True):
    """A link to be listed: no file."""

    name: str
    url: str


class Documentation(msgspec.Struct, frozen=True):
    """What the docs page says about a handler; it is generated from this."""

    summary: str
    output: str


class Handler(Protocol):
    """One kind of entry.

    Attributes:
        name: What ``--only`` calls it.
        entry_types: The entry types it takes.
        documentation: For the docs page.
    """

    name: ClassVar[str]
    entry_types: ClassVar[tuple[str, ...]]
    documentation: ClassVar[Documentation]

    def describe(self, entry: Entry) -> Artifact | Link:
        """What is to be made of an entry of one of `entry_types`."""
