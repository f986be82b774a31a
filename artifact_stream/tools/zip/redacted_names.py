"""Redacted names that stay as many as they were: of files, types, compile ids, members of JSON.

One name may be written in several ways, all of which have the same placeholder.  Where a name
names something, what it was told apart by must not be lost with it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from artifact_stream.disk.spilling_map import SpillingMap
from artifact_stream.json_text import loads
from artifact_stream.layout import PAGE_SUFFIX, TEXT_SUFFIX
from artifact_stream.names import MAX_NAME_BYTES, collision_key, numbered_name
from artifact_stream.tools.zip.redaction import Redactor
from artifact_stream.urls import url_of

_PLACEHOLDER = re.compile(r"user\d", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,8}\Z")


class RedactedNames:
    """Redacts names so that different ones stay different, on a disk that ignores case too.

    The same name always becomes the same.  Memory: bounded, see `SpillingMap`.

    Args:
        redactor: Replaces names of people.
        scratch_folder: An existing folder.
    """

    def __init__(self, redactor: Redactor, scratch_folder: str) -> None:
        self._redactor = redactor
        self._numbers = SpillingMap(scratch_folder)
        self._taken = SpillingMap(scratch_folder)

    def name(self, name: str) -> str:
        """A name without names of people, which no other name becomes."""
        redacted = self._redactor.redact_text(name)
        if redacted == name and not _PLACEHOLDER.search(name):
            return name  # All that is made here holds a placeholder.
        number = self._numbers.get(name)
        if number is not None:
            return _numbered(name, redacted, number)
        key = collision_key(redacted)
        number = self._taken.get(key) or 0
        while self._taken.get(collision_key(made := _numbered(name, redacted, number))):
            number += 1
        self._numbers.set(name, number)
        self._taken.set(collision_key(made), 1)
        if number:
            self._taken.set(key, number + 1)  # All smaller ones are known to be taken.
        return made

    def path(self, path: str) -> str:
        """A path of a file or folder of the output, each part by itself."""
        return "/".join(map(self.name, path.split("/")))

    def value(self, value: Any) -> Any:
        """A JSON value with all its texts redacted; names of members stay different."""
        if isinstance(value, str):
            return self._redactor.redact_text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.name(key): self.value(item) for key, item in value.items()}
        return value

    def text_link(self, path: str) -> tuple[bytes, bytes] | None:
        """What a redacted page links to as its plain text, and what that has become.

        Args:
            path: Of the page, not redacted.

        Returns:
            Both as they stand on the page; None if they are the same.
        """
        name = path.rpartition("/")[2]
        if not name.endswith(PAGE_SUFFIX):
            return None
        text_name = name.removesuffix(PAGE_SUFFIX) + TEXT_SUFFIX
        redacted = self._redactor.redact(_link(text_name))
        made = _link(self.name(text_name))
        return None if redacted == made else (redacted, made)

    def close(self) -> None:
        """Forget them."""
        self._numbers.close()
        self._taken.close()


def _numbered(name: str, redacted: str, number: int) -> str:
    """A redacted name with a number before its suffix; as short as a file's must be, if it was."""
    if number == 0 and (_is_short(redacted) or not _is_short(name)):
        return redacted
    stem, suffix = os.path.splitext(redacted) if _SUFFIX.search(redacted) else (redacted, "")
    return numbered_name(stem, number, suffix)


def _is_short(name: str) -> bool:
    return len(name.encode("utf-8", "replace")) <= MAX_NAME_BYTES


def _link(name: str) -> bytes:
    return b'href="%b"' % escape(url_of(name)).encode()


def with_link(chunks: Iterable[bytes], link: tuple[bytes, bytes] | None) -> Iterator[bytes]:
    """A page with its link to the plain text, see `RedactedNames.text_link`, made true.

    Args:
        chunks: The redacted page; the first holds all that stands before its text.
        link: What the page links to, and what it should.
    """
    for chunk in chunks:
        yield chunk.replace(*link, 1) if link is not None else chunk
        link = None


def redacted_marker(traces: list[str], redacted: bytes, names: RedactedNames) -> bytes:
    """The content of ``format.json`` with the folders of the traces as they are called now.

    Args:
        traces: What it says of them, not redacted.
        redacted: The content without names of people.
        names: Makes the names of the folders.
    """
    marker = loads(redacted)
    folders = [names.path(folder) for folder in traces]
    if marker["traces"] == folders:
        return redacted
    return json.dumps({**marker, "traces": folders}, indent=2).encode() + b"\n"
