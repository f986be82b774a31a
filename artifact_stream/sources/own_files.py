"""Telling our outputs, whole or in part, from sources: by names, by a path, by an index's line."""

from __future__ import annotations

import os
from collections.abc import Collection

from artifact_stream.json_text import loads
from artifact_stream.layout import (
    COMPILE_DIRECTORY_FILE,
    DIRECTORY_FILE,
    FORMAT_FILE,
    PROBLEMS_FILE,
    STAGING_FOLDER,
    SUMMARY_FILE,
)
from artifact_stream.sources.paths import absolute

IS_OUTPUT = (
    "is an output of artifact-stream, not a trace: name the log or the folder that it was made of"
)
"""What is said of an output, behind its name."""

IS_PART_OF_OUTPUT = IS_OUTPUT.replace("is", "is part of", 1)
"""What is said of a file or folder that lies in one."""

_OF_RUN = (SUMMARY_FILE, DIRECTORY_FILE, STAGING_FOLDER)
_OF_TRACE = frozenset({DIRECTORY_FILE, COMPILE_DIRECTORY_FILE, PROBLEMS_FILE})
OWN_NAMES = frozenset({FORMAT_FILE, *_OF_RUN, *_OF_TRACE})
"""Names by which an output is told."""

_INDEX_KEYS = (
    frozenset({"compile_id", "name", "url", "type", "lazy_loader"}),
    frozenset({"kind", "compile_id", "type", "line", "title"}),
)
"""Keys of each line of ``directory.jsonl`` and ``facts.jsonl``, which no intermediate file has."""


def is_output(names: Collection[str]) -> bool:
    """True for a folder with these names in it that is an output, whole or not, or a trace's part.

    Args:
        names: Of the files and folders in it.
    """
    if _OF_TRACE.issubset(names):
        return True
    return FORMAT_FILE in names and any(name in names for name in _OF_RUN)


def lies_in_output(path: str) -> bool:
    """True for a path below an output of ours."""
    folder = os.path.dirname(os.path.realpath(absolute(path)))
    while True:
        if is_output([name for name in OWN_NAMES if os.path.lexists(os.path.join(folder, name))]):
            return True
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above


def is_index(head: bytes) -> bool:
    """True for what begins as an index file of ours, which is JSONL with types too."""
    if not head.startswith((b'{"compile_id":', b'{"kind":')):
        return False
    try:
        value = loads(head.partition(b"\n")[0])
    except ValueError:
        return False
    return isinstance(value, dict) and any(keys <= value.keys() for keys in _INDEX_KEYS)
