"""The directory index: the on-disk list of all artifacts and links of one trace.

``directory.jsonl`` is appended while the trace is read, a line for each artifact once its file is
complete, a line for each link.  Everything that lists artifacts is made of it afterwards, as a
stream.  The format is documented in ``docs/formats.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self
from urllib.parse import unquote

import msgspec

from artifact_stream.compile_ids import GLOBAL
from artifact_stream.errors import Problem
from artifact_stream.handlers.base import Content
from artifact_stream.json_text import loads
from artifact_stream.layout import DUMP_FILE_FOLDER, MAX_LINE_BYTES, TEXT_SUFFIX
from artifact_stream.names import MAX_NAME_BYTES, safe_folder_name

Context = str | int | float | bool | msgspec.UnsetType
"""What the log says of an entry's place, as it says it."""


class IndexEntry(msgspec.Struct, omit_defaults=False):
    """One line of ``directory.jsonl``.

    Attributes:
        compile_id: Key of the compile id, ``unknown``, or ``__global__`` for dump files.
        name: The file's name on disk; for a link, its name.
        url: Percent-encoded, relative to the trace's folder; for a link, where it goes.
        type: Entry type.
        rank: Rank that the entry names, or None.
        bytes: Size of the file, of a payload in a pack; None for a link.
        lazy_loader: What shows a payload in a pack; None for a file that is there.
        line: The entry's line in its source.
        flags: Facts about the entry, from the list in the docs.
        lines: Lines of the artifact's text; of a page, those of its code; None for a link.
        source: The file that `line` counts in, where the trace has several.
        original_name: What the trace calls it, where its name on disk differs.
        text_url: The plain text beside a page, like `url`.
        text_bytes: Size of that.
        digest: Of the file that `url` leads to, ``md5:`` or ``xxh3_128:`` and hexadecimal digits.
        text_digest: The same of the file that `text_url` leads to.
        kind: The kind of entries that it belongs to, where its type alone does not tell.
        language: Of code, where it is not Python: ``cpp``.
        process: Id of the process that logged the entry.
        pathname, severity, subgraph_name, thread, timestamp: What the log says under these names
            beside the entry type.
    """

    compile_id: str
    name: str
    url: str
    type: str
    rank: int | None
    bytes: int | None
    lazy_loader: str | None
    line: int
    flags: tuple[str, ...] = ()
    lines: int | None = None
    source: str | msgspec.UnsetType = msgspec.UNSET
    original_name: str | msgspec.UnsetType = msgspec.UNSET
    text_url: str | msgspec.UnsetType = msgspec.UNSET
    text_bytes: int | msgspec.UnsetType = msgspec.UNSET
    digest: str | msgspec.UnsetType = msgspec.UNSET
    text_digest: str | msgspec.UnsetType = msgspec.UNSET
    kind: str | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType = msgspec.UNSET
    process: int | msgspec.UnsetType = msgspec.UNSET
    pathname: Context = msgspec.UNSET
    severity: Context = msgspec.UNSET
    subgraph_name: Context = msgspec.UNSET
    thread: Context = msgspec.UNSET
    timestamp: Context = msgspec.UNSET

    @property
    def is_link(self) -> bool:
        """True for a link that the trace holds, false for a file."""
        return self.bytes is None


_decode_entry = msgspec.json.Decoder(IndexEntry).decode


def decode_entry(line: bytes) -> IndexEntry:
    """The entry in one line of ``directory.jsonl``.

    Raises:
        ValueError: It is none.
    """
    try:
        return _decode_entry(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return msgspec.convert(loads(line), IndexEntry)


def listed_paths(entry: IndexEntry) -> Iterator[str]:
    """The files that an index line tells of, relative to the trace's folder, with ``/``."""
    if not entry.is_link:
        yield unquote(entry.url.partition("#")[0])
    if isinstance(entry.text_url, str):
        yield unquote(entry.text_url)


class ProblemLine(msgspec.Struct):
    """One line of ``problems.jsonl``; see `artifact_stream.errors.Problem`."""

    source: str
    line: int
    offset_bytes: int
    slug: str
    message: str
    excerpt: str
    entry_written: bool

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The line for a problem."""
        return cls(
            problem.source,
            problem.line,
            problem.offset_bytes,
            problem.slug,
            problem.message,
            problem.excerpt,
            problem.entry_written,
        )


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The complete lines of a file with their offsets in bytes; a torn last line is left out.

    Args:
        file: Opened, at its start.

    Raises:
        ValueError: A line is longer than `MAX_LINE_BYTES`: no run has written it.
    """
    offset = 0
    while (line := file.readline(MAX_LINE_BYTES)).endswith(b"\n"):
        yield offset, line
        offset += len(line)
    if len(line) == MAX_LINE_BYTES:
        raise ValueError(f"a line is longer than {MAX_LINE_BYTES} bytes")


class BrokenLine(ValueError):
    """A line of an index that no run wrote: torn, edited, or too long."""


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, IndexEntry | BrokenLine, bytes]]:
    """The lines of an index: number from 1, entry or what is wrong, and text.

    The text of a line that is torn or too long has no line end.  Memory: one line of at most
    `MAX_LINE_BYTES`.

    Args:
        file: The index, opened, at its start.
    """
    number = 0
    while line := file.readline(MAX_LINE_BYTES):
        number += 1
        if not line.endswith(b"\n"):
            yield number, _unfinished(file, line), line
            continue
        try:
            yield number, decode_entry(line), line
        except (ValueError, msgspec.MsgspecError, RecursionError) as error:
            yield number, BrokenLine(f"it is no entry ({error})"), line


def _unfinished(file: BinaryIO, line: bytes) -> BrokenLine:
    """What is wrong with a line that has no end; the rest of it is passed over."""
    while line and not line.endswith(b"\n"):
        line = file.readline(MAX_LINE_BYTES)
    return BrokenLine("it is torn or too long: the run was killed, or the file was changed")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that an index line lists.

    Attributes:
        url: Where it is, relative to the trace's folder.
        size: Its bytes; None if content lies in a file that it shares with others.
        digest: ``algorithm:hexadecimal``; None if none is recorded.
    """

    url: str
    size: int | None
    digest: str | None


def listed_files(entry: IndexEntry) -> Iterator[ListedFile]:
    """The files that an entry lists: none for a link, two for a page with its text."""
    if entry.is_link:
        return
    if entry.lazy_loader is not None:
        yield ListedFile(entry.url, None, None)
    else:
        yield ListedFile(entry.url, entry.bytes, entry.digest or None)
    if isinstance(entry.text_url, str):
        yield ListedFile(entry.text_url, entry.text_bytes or 0, entry.text_digest or None)


def unpacked_paths(entry: IndexEntry, max_name_bytes: int = MAX_NAME_BYTES) -> list[str]:
    """The files that a payload in a pack becomes, the text beside a page last.

    Args:
        entry: Its index line.
        max_name_bytes: How long names may be on the disk that it is on.

    Returns:
        Paths relative to the trace's folder, with ``/``; their names are safe if the index is
        one that this program has written.
    """
    path = f"{safe_folder_name(entry.compile_id, max_name_bytes)}/{entry.name}"
    stem = path.removesuffix(Content.CODE_PAGE.value)
    return [path] if stem == path else [path, stem + TEXT_SUFFIX]


def artifact_folder(key: str) -> str:
    """The folder of a compile id's artifacts, relative to the trace's.

    Permalinks are made of it, on a disk too where its name had to be a shorter one.
    """
    return DUMP_FILE_FOLDER if key == GLOBAL else safe_folder_name(key)
