"""What a run is told to read: the files of a trace, and what is known of them beforehand."""

from __future__ import annotations

import msgspec

from artifact_stream.errors import Problem
from artifact_stream.framing.formats import Format
from artifact_stream.sources.containers import Member, ReportPlace


class SourceFile(msgspec.Struct, frozen=True):
    """One file of a trace.

    Attributes:
        path: Where it is; ``-`` for stdin; of a member, where its container is.
        label: What problems call it: relative to the given folder, or as given.
        format: Its format, None for a pipe, which is asked when it is opened.
        stored_bytes: Its size as stored, None for a pipe.
        member: It is that one of a tar or zip file; else None.
        report: It is the list of entries of a tlparse report, whose payloads are there; else None.
    """

    path: str
    label: str
    format: Format | None
    stored_bytes: int | None
    member: Member | None = None
    report: ReportPlace | None = None


class About(msgspec.Struct, frozen=True):
    """What tells one trace from another, as far as it is known before the trace is read.

    Attributes:
        rank: Of the process: from the file's name or, failing that, its first entries or a folder.
        process_ids: Those in its first entries, ascending.
        host: Where it was written, if a name or an entry says so.
        copies: Other files with the same bytes, which are not read.
    """

    rank: int | None = None
    process_ids: tuple[int, ...] = ()
    host: str | None = None
    copies: tuple[SourceFile, ...] = ()


class TraceSource(msgspec.Struct, frozen=True):
    """The files of one trace, in the order they are read.

    Attributes:
        name: Where its output folder is, where a run has several traces: one folder, or several,
            each in the one before, with ``/`` between them.
        files: At least one.
        folders: The folders that lead to it, by which it may be told from another.
        about: What is known of it.
        problems: What its list of problems begins with.
        is_unusable: Nothing of it can be read; its problem says why.
    """

    name: str
    files: tuple[SourceFile, ...]
    folders: tuple[str, ...] = ()
    about: About = About()
    problems: tuple[Problem, ...] = ()
    is_unusable: bool = False

    @property
    def stored_bytes(self) -> int | None:
        """The size of all files as stored, None if that of one is not known."""
        sizes = [file.stored_bytes for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)
