"""What can stop a run, and what a run records and resumes from.

Three tiers.  A misfit in the input becomes a `Problem` and costs at most its entry.  A handler
that fails is recorded as a `Problem` too.  Only input that cannot be used at all, output that
cannot be written, or wrong usage raises:

    ArtifactStreamError           one sentence, a stable slug, the exit code of the command line
      WrongUsage                  2: the arguments contradict each other or name nothing
      InputUnusable               3: a source cannot be read, or holds nothing to extract
      OutputUnusable              4: the output folder cannot be written, or must not be
      SourceDamaged               3: a compressed stream ends early; no run ends by it, unless
        ExpandsTooMuch               nothing could be read before it: then as `InputUnusable`
        WindowTooLarge

`Interrupted` (`artifact_stream.stop`) is none of them: a run that was asked to stop has not failed.

A sentence names what helps by a `Remedy`, and arguments by an `Argument`: `str(error)` has them in
the terms of the library (``resume=True``), the command line as options of the command that was run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, NamedTuple

EXCERPT_CHARS = 200
"""How much of an unusable line `problems.jsonl` repeats, in characters."""

EXCERPT_BYTES = 4 * EXCERPT_CHARS
"""Bytes of UTF-8 that hold so many characters in any case."""


class Remedy(Enum):
    """What helps against an error; its text is in the terms of the library."""

    RESUME = "resume"
    """Resume the run that was interrupted."""
    TRY_AGAIN = "try_again"
    """Do the same once more, when the cause is gone; a run is resumed."""
    START_AGAIN = "start_again"
    """Run from the start and replace what is there."""
    REPLACE = "replace"
    """Allow that what has the place of the result is replaced; the object follows."""
    RESUME_REMOVES = "resume_removes"
    """Resume a run that has ended, which removes what it has left behind."""
    OTHER_FOLDER = "other_folder"
    """Name another folder for the output."""
    OTHER_FILE = "other_file"
    """Name another file for the result."""
    OTHER_PORT = "other_port"
    """Name another port."""
    FREE_SPACE = "free_space"
    """Make room on the disk."""
    LARGER_FILES = "larger_files"
    """Raise the system's limit on the size of a file."""
    MORE_OPEN_FILES = "more_open_files"
    """Raise the system's limit on open files."""
    LAZY_OUTPUT = "lazy_output"
    """Name the output of a run with ``lazy``."""
    LAZY_AGAIN = "lazy_again"
    """Make the output again by a run with ``lazy``."""
    DECOMPRESS = "decompress"
    """Have another program decompress the file, and read what that gives."""
    DECOMPRESS_XZ = "decompress_xz"
    """The same for xz data."""

    def __str__(self) -> str:
        return _IN_LIBRARY[self]


_IN_LIBRARY = {
    Remedy.RESUME: "resume it with resume=True",
    Remedy.TRY_AGAIN: "then try again (a run with resume=True)",
    Remedy.START_AGAIN: "start from scratch with overwrite=True",
    Remedy.REPLACE: "give overwrite=True to replace",
    Remedy.RESUME_REMOVES: "a run with resume=True removes it",
    Remedy.OTHER_FOLDER: "name another folder",
    Remedy.OTHER_FILE: "name another file",
    Remedy.OTHER_PORT: "name another",
    Remedy.FREE_SPACE: "free some space",
    Remedy.LARGER_FILES: "allow larger files (RLIMIT_FSIZE)",
    Remedy.MORE_OPEN_FILES: "allow more open files (RLIMIT_NOFILE)",
    Remedy.LAZY_OUTPUT: "name the output of a run with lazy=True",
    Remedy.LAZY_AGAIN: "make them again by a run with lazy=True and overwrite=True",
    Remedy.DECOMPRESS: "have another program decompress it, and read that from a pipe",
    Remedy.DECOMPRESS_XZ: "have another program decompress it, and read that from a pipe",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """A remedy in a sentence.

    Attributes:
        remedy: It.
        about: The file that it is about, where the words of the remedy name one.
    """

    remedy: Remedy
    about: str = ""

    def __str__(self) -> str:
        return str(self.remedy)


class Argument(NamedTuple):
    """An argument, or a field of `Options`, that a sentence names.

    Attributes:
        name: In Python.
        value: What was given for it, where the sentence says so.
    """

    name: str
    value: str | int | None = None

    def __str__(self) -> str:
        return self.name if self.value is None else f"{self.name}={self.value!r}"


def escaped(text: str) -> str:
    r"""A text that holds names, on one line and as a terminal may be given it.

    Names of files may hold what moves the cursor, renames the window or looks like the end of the
    sentence: what is not printable becomes an escape such as ``\x1b``.  Bytes that are UTF-8 but
    not in the locale's encoding are shown as what they are.
    """
    if text.isprintable():
        return text
    with suppress(UnicodeEncodeError):
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


Said = str | Advice | Argument
"""A piece of a sentence."""


class ArtifactStreamError(Exception):
    """Base of every error that stops a run; its text is one sentence for the user.

    Args:
        said: The pieces of the sentence, to be put together as they are.

    Attributes:
        slug: Stable identifier of the class.
        exit_code: Of the command line.
        said: The pieces.
    """

    slug: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, *said: Said | Remedy) -> None:
        super().__init__(*said)
        self.said: tuple[Said, ...] = tuple(
            Advice(piece) if isinstance(piece, Remedy) else piece for piece in said
        )

    def __str__(self) -> str:
        return self.worded(str)

    def worded(self, word: Callable[[Advice | Argument], str]) -> str:
        """The sentence, with remedies and arguments as `word` has them, fit for a terminal."""
        pieces = (piece if isinstance(piece, str) else word(piece) for piece in self.said)
        return escaped("".join(pieces))

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What the sentence says that helps; empty where it says so in words alone."""
        return tuple(piece.remedy for piece in self.said if isinstance(piece, Advice))


class WrongUsage(ArtifactStreamError):
    """The arguments contradict each other or name something that does not exist."""

    slug = "wrong_usage"
    exit_code = 2


class InputUnusable(ArtifactStreamError):
    """A source cannot be read, or holds nothing that this program extracts."""

    slug = "input_unusable"
    exit_code = 3


class OutputUnusable(ArtifactStreamError):
    """The output folder cannot be written, or must not be."""

    slug = "output_unusable"
    exit_code = 4


class SourceDamaged(ArtifactStreamError):
    """A compressed stream ended early or is corrupt: what came before it has been read."""

    slug = "source_damaged"
    exit_code = 3


class ExpandsTooMuch(SourceDamaged):
    """A compressed stream gives far more than any log would: what came before has been read."""

    slug = "expands_too_much"


class WindowTooLarge(SourceDamaged):
    """A zstd stream needs more memory than this program takes: what came before has been read."""

    slug = "window_too_large"


@dataclass(frozen=True, slots=True)
class Problem:
    """One line or entry that could not be used as it should.

    Attributes:
        slug: Stable identifier, listed in ``docs/formats.md``.
        message: One sentence.
        source: Name of the file the line stands in, as given or relative to the given folder.
        line: Line number in that file after decompression, from 1.
        offset_bytes: Where that line starts, from the start of the decompressed file.
        excerpt: The first `EXCERPT_CHARS` characters of the line.
        entry_written: True if the entry became an artifact or a link all the same.
    """

    slug: str
    message: str
    source: str
    line: int
    offset_bytes: int
    excerpt: str
    entry_written: bool = False


def excerpt_of(line: bytes) -> str:
    """The first characters of a line for a `Problem`; bytes that are no UTF-8 become U+FFFD."""
    return line[:EXCERPT_BYTES].decode("utf-8", "replace")[:EXCERPT_CHARS]
