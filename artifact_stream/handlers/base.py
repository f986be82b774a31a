"""What a handler is, and what it may say about an entry.

A handler says *what* is to be written: a name, a kind of content, a link.  It touches neither disk
nor index, and does not read the payload; the engine does all of that.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import msgspec

from artifact_stream.entries import Entry


class Content(Enum):
    """How a payload becomes a file; the values are the file's suffixes.

    A `CODE_PAGE` has its text beside it, and is a `TEXT` where a run is to write plain text.
    """

    TEXT = ".txt"
    JSON = ".json"
    CODE_PAGE = ".html"


PYTHON = "python"
"""The language of a code page, unless it says another one."""


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
        text: What is written in place of the payload; None for the payload.
        language: Of a code page: `PYTHON`, or a name that the page's highlighter has, as ``cpp``.
    """

    name: str
    content: Content
    scope: Scope = Scope.COMPILE_ID
    original_name: str | None = None
    flags: tuple[str, ...] = ()
    may_be_text: bool = False
    text: bytes | None = None
    language: str = PYTHON


class Link(msgspec.Struct, frozen=True):
    """A link to be listed: no file."""

    name: str
    url: str


class Documentation(msgspec.Struct, frozen=True):
    """What the docs page says about a handler; it is generated from this."""

    summary: str
    output: str


class Claim(msgspec.Struct, frozen=True):
    """Entries that a handler takes out of a type that is another's.

    Attributes:
        entry_type: The type.
        takes: True for such an entry, by its metadata.
    """

    entry_type: str
    takes: Callable[[Entry], bool]


class Handler(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of entry: the record that its file in ``handlers/`` holds as ``HANDLER``.

    Attributes:
        name: What ``--only`` calls it, and its file.
        title: Its heading on the report page.
        entry_types: The entry types it takes; no other handler takes one of them.
        describe: Says what is to be made of an entry that it takes.  Whatever it raises costs that
            entry alone.
        documentation: For the docs page.
        place: Where its heading stands among those of a compile id: a smaller one is further up,
            equal ones stand as they are listed.
        order: Names in the order in which entries of this kind stand under its heading, before
            all others of the kind.  An entry's name is its type; that of an artifact, which a
            release of torch may log instead, is what it is called.
        lazy_loader: What shows its payloads in a browser where they are in packs; None if they
            are files always.
        claims: Entries of other handlers' types that are its own by what they say; the first
            handler, in the order of the docs, that claims an entry has it.
    """

    name: str
    title: str
    entry_types: tuple[str, ...]
    describe: Callable[[Entry], Artifact | Link]
    documentation: Documentation
    place: int = 50
    order: tuple[str, ...] = ()
    lazy_loader: str | None = None
    claims: tuple[Claim, ...] = ()

    def has_claimed(self, entry: Entry) -> bool:
        """True if an entry that it takes is of a type of which it claims some."""
        return any(claim.entry_type == entry.type for claim in self.claims)


def in_plain_text(handler: Handler) -> Handler:
    """A handler as a run with `Options.plain_text` has it: code is written as it is."""

    def describe(entry: Entry) -> Artifact | Link:
        described = handler.describe(entry)
        if isinstance(described, Artifact) and described.content is Content.CODE_PAGE:
            return msgspec.structs.replace(described, content=Content.TEXT)
        return described

    return msgspec.structs.replace(handler, describe=describe)
