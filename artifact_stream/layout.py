"""The layout of an output: names of all its files and folders, and the versions of their formats.

What stands where is described in ``docs/formats.md``.  Names alone: nothing here touches a disk.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

import msgspec

GENERATOR = "artifact-stream"
"""What ``format.json`` and ``run.json`` say that they were made by."""

# In the output folder.
FORMAT_FILE = "format.json"
SUMMARY_FILE = "summary.json"
ASSETS_FOLDER = "assets"

# In the output folder and in a trace's.
INDEX_PAGE = "index.html"
FINDINGS_FILE = "findings.json"
REPORT_FOLDER = "report"
"""What the report pages load."""

# In a trace's folder.
DIRECTORY_FILE = "directory.jsonl"
COMPILE_DIRECTORY_FILE = "compile_directory.json"
PROBLEMS_FILE = "problems.jsonl"
FACTS_FILE = "facts.jsonl"
COMPILE_IDS_FILE = "compile_ids.jsonl"
DUMP_FILE_FOLDER = "dump_file"
PACKS_FOLDER = "packs"
PACK_SUFFIX = ".js"
PAGE_SUFFIX = ".html"
TEXT_SUFFIX = ".txt"
"""Of the plain text beside a page, which has the page's stem."""

OUTPUT_FILES = (FINDINGS_FILE, FORMAT_FILE, INDEX_PAGE, SUMMARY_FILE)
"""What a run writes into the output folder, beside the traces and the assets."""

TRACE_FILES = (
    COMPILE_DIRECTORY_FILE,
    COMPILE_IDS_FILE,
    DIRECTORY_FILE,
    FACTS_FILE,
    FINDINGS_FILE,
    INDEX_PAGE,
    PROBLEMS_FILE,
)
"""What a run writes into a trace's folder, beside what its index lists."""

INDEX_FILES = (DIRECTORY_FILE, PROBLEMS_FILE, FACTS_FILE)
"""What is appended to while a trace is read."""

DIGESTED_FILES = (*INDEX_FILES, COMPILE_IDS_FILE, FINDINGS_FILE)
"""Of a trace's folder, those whose size and digest ``summary.json`` tells."""

STAGING_FOLDER = ".artifact-stream"
"""In the output folder and in a trace's: what is not complete yet, and what a run notes of itself.

All below is in one of those.
"""

PENDING_FILE = "pending"
"""Paths relative to the trace's folder, one a line, up to an empty line."""

NAMES_FILE = "names.jsonl"
"""Which names are taken in the trace's folder."""

CHECKPOINT_FILE = "checkpoint"
"""From where a trace can be resumed."""

DISCARDED_PREFIX = "discarded-"
"""Of files with index lines that were cut off."""

UNPACKING_FILE = "unpacking"
"""There while files are made of packs that the trace's index still points to."""

RUN_FILE = "run.json"
"""There, in the output folder's, as long as the run that writes there goes on."""

CLEARING_FILE = "clearing"
"""In the output folder's: what an earlier run made is being removed, as somebody has asked for."""

FINISHED_FILE = "finished.jsonl"
"""In the output folder's: a line for each trace that is complete."""

PART_SUFFIX = ".part"
"""Of what takes its place in one step when it is complete."""

OWN_NAMES = frozenset(
    {
        *OUTPUT_FILES,
        *TRACE_FILES,
        ASSETS_FOLDER,
        DUMP_FILE_FOLDER,
        PACKS_FOLDER,
        REPORT_FOLDER,
        STAGING_FOLDER,
    }
)
"""Names that a run gives to files and folders of its own, in any folder."""

OUTPUT_VERSION = 1
"""Version of the layout as a whole, in ``format.json``."""

RUN_VERSION = 1
"""Version of ``run.json``."""

FORMAT_VERSIONS = {
    DIRECTORY_FILE: 1,
    COMPILE_DIRECTORY_FILE: 1,
    f"{PACKS_FOLDER}/": 1,
    PROBLEMS_FILE: 1,
    FACTS_FILE: 1,
    COMPILE_IDS_FILE: 1,
    FINDINGS_FILE: 1,
    SUMMARY_FILE: 1,
    f"{REPORT_FOLDER}/": 1,
}
"""Versions of what a run leaves for other programs; a version grows when a reader must change."""

MAX_LINE_BYTES = 8 << 20
"""No line that a run writes into an index is longer."""

# In `REPORT_FOLDER`; braces stand for a number.
HEAD_FILE = "head.js"
WORTH_FILE = "worth.js"
TRACES_FILE = "traces.js"
ROWS_FILES = "rows-{}.js"
OUTLINE_FILES = "outline-{}.js"
LIST_FILES = "list-{}.html"

PAGE_ENTRY = "artifactStream"
"""The one global of a report page's scripts: report files and packs call its functions."""

REPORT_FILES = (HEAD_FILE, WORTH_FILE, TRACES_FILE, OUTLINE_FILES, ROWS_FILES, LIST_FILES)
"""What report pages load: no other file of `REPORT_FOLDER` is taken for a run's."""

_REPORT_FILE = re.compile(
    "(?:{})(?:{})?".format(
        "|".join(re.escape(name).replace(r"\{\}", r"\d+") for name in REPORT_FILES),
        re.escape(PART_SUFFIX),
    )
)


def rows_file(number: int) -> str:
    """The name of the report file with the rows of this number, from 0."""
    return ROWS_FILES.format(number)


def outline_file(number: int) -> str:
    """The name of the report file with the compile ids of this number, from 0."""
    return OUTLINE_FILES.format(number)


def list_file(number: int) -> str:
    """The name of the report file with the plain list of this number, from 1."""
    return LIST_FILES.format(number)


def is_report_file(name: str) -> bool:
    """True for the names of what report pages load."""
    return _REPORT_FILE.fullmatch(name) is not None


def path_of(name: str) -> str:
    """A name in an output, which is UTF-8 on the disk, as Python takes paths.

    Python decodes and encodes paths by the locale.  Where that is another encoding, a path says
    the same bytes in other characters; lone surrogates stand for what it cannot decode.

    Raises:
        UnicodeEncodeError: No file can have the name.
    """
    if _PATHS_ARE_UTF_8:
        return name
    return os.fsdecode(name.encode("utf-8", "surrogateescape"))


def name_of(path: str) -> str:
    """A path, or part of one, as its bytes read in UTF-8; the reverse of `path_of`."""
    if _PATHS_ARE_UTF_8:
        return path
    return os.fsencode(path).decode("utf-8", "surrogateescape")


_PATHS_ARE_UTF_8 = sys.getfilesystemencoding() == "utf-8"


class TraceFolder(msgspec.Struct, frozen=True):
    """Where a trace has its place in an output.

    Attributes:
        name: The folder's name in the output folder, or a path of several with ``/``; ``.`` for
            the output folder itself, which a single trace is written to.
    """

    name: str = "."

    @property
    def is_root(self) -> bool:
        """True for the output folder itself."""
        return self.name == "."

    @property
    def names(self) -> list[str]:
        """The folders, each in the one before, that lead to it from the output folder."""
        return [] if self.is_root else self.name.split("/")

    @property
    def staging(self) -> list[str]:
        """The folders, each in the one before, that lead from the output folder to its staging."""
        return [*self.names, STAGING_FOLDER]

    @property
    def up(self) -> str:
        """What leads from its pages to the output folder, in front of a relative URL."""
        return "../" * len(self.names)

    @property
    def assets_url(self) -> str:
        """Where its pages find CSS and scripts, relative to it."""
        return f"{self.up}{ASSETS_FOLDER}/"

    def title(self, sources: Sequence[str]) -> str:
        """What people call the trace.

        Args:
            sources: Names of its files.
        """
        return sources[0] if self.is_root else self.name

    def path(self, relative: str) -> str:
        """A path in it, relative to the output folder, with ``/``."""
        return relative if self.is_root else f"{self.name}/{relative}"

    def below(self, out: str) -> str:
        """Its path on the disk.

        Args:
            out: The output folder's.
        """
        return out if self.is_root else os.path.join(out, path_of(self.name))

    def out_of(self, root: str) -> str:
        """The output folder's path on the disk, given its own; the reverse of `below`."""
        for _ in self.names:
            root = os.path.dirname(root)
        return root


ROOT = TraceFolder()
"""The output folder itself as the folder of a trace."""
