r"""Packs: many payloads in one script file, which a browser loads once one of them is wanted.

A page from a disk may not read the files beside it, but it may run scripts; so what it is to show
comes in scripts, each of which hands over a list of texts:

    artifactStream.pack("000001",[
    "the first payload",
    "the second"
    ]);

One payload a line, as a JSON string, in which ``<``, U+2028 and U+2029 are escaped, so that the
file is the same text to a browser as to a JSON reader.  A byte that is no UTF-8 is written as
Python's ``surrogateescape`` does: ``\udc80`` is the byte 0x80.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from artifact_stream.disk.directories import Directory
from artifact_stream.layout import PACK_SUFFIX, PACKS_FOLDER, PAGE_ENTRY
from artifact_stream.urls import url_of

MAX_PACKED_BYTES = 512 << 10
"""A longer payload stays a file of its own: a pack is loaded as a whole, for any one payload."""

FULL_PACK_BYTES = 1_000_000
"""A pack takes no more once its text is this long: a fraction of a second for a browser."""

MAX_LINE_BYTES = 6 * MAX_PACKED_BYTES + 16
r"""A line of a pack is not longer: ``\u0000`` is one byte of a payload."""

MAX_PACK_BYTES = FULL_PACK_BYTES + MAX_LINE_BYTES + 1024
"""A pack is not longer."""

_PLACE = re.compile(rf"{PACKS_FOLDER}/([0-9_]+)\{PACK_SUFFIX}#([0-9]+)")
_PACK_FILE = re.compile(rf"([0-9]{{6,}}(?:_[0-9]+)?)\{PACK_SUFFIX}")
SEPARATOR, LAST_LINE = b",\n", b"\n]);\n"


def encode_payload(payload: bytes) -> bytes:
    """A payload as it stands in a pack."""
    try:
        text = msgspec.json.encode(payload.decode())
    except UnicodeDecodeError:
        text = json.dumps(payload.decode("utf-8", "surrogateescape")).encode()
    text = text.replace(b"<", b"\\u003c")
    if b"\xe2\x80" in text:
        text = text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return text


def pack_url(path: str, position: int) -> str:
    """Where a payload is, for the directory index.

    Args:
        path: The pack's, relative to the trace's folder.
        position: The payload's place in it, from 0.
    """
    return f"{url_of(path)}#{position}"


def first_line(name: str) -> bytes:
    """What a pack begins with; `SEPARATOR` stands between its payloads, `LAST_LINE` behind them."""
    return f'{PAGE_ENTRY}.pack("{name}",[\n'.encode()


def is_pack(folder: Directory, name: str) -> bool:
    """True for a file that a run has made as a pack, as far as its name and beginning tell."""
    match = _PACK_FILE.fullmatch(name)
    if match is None:
        return False
    beginning = first_line(match[1])
    if folder.regular_size(name) is None:
        return False
    with folder.open_file(name) as file:
        return file.read(len(beginning)) == beginning


def is_pack_text(path: str, text: bytes) -> bool:
    """True for the text of a pack that is whole.

    Args:
        path: The file's.
        text: What it holds.
    """
    match = _PACK_FILE.fullmatch(path.rpartition("/")[2])
    return match is not None and text.startswith(first_line(match[1])) and text.endswith(LAST_LINE)


def place_in_pack(url: str) -> tuple[str, int] | None:
    """The reverse of `pack_url`: name of a pack and a payload's place in it; None if it is none."""
    match = _PLACE.fullmatch(url)
    return None if match is None else (match[1], int(match[2]))


class PackDamaged(ValueError):
    """A pack is missing or does not hold what the index says; its text says which and why."""


class PackReader:
    """Reads payloads from the packs of one trace; fastest in the order in which they stand there.

    Memory: one payload.

    Args:
        open_pack: Opens a pack, given its path relative to the trace's folder.
    """

    def __init__(self, open_pack: Callable[[str], BinaryIO]) -> None:
        self._open_pack = open_pack
        self._name = ""
        self._file: BinaryIO | None = None
        self._position = 0  # of the payload in the next line
        self._was_last = False  # the payload before that

    def read(self, url: str) -> bytes:
        """A payload as a JSON string, with its quotes.

        Args:
            url: Where it is, as in the index.

        Raises:
            PackDamaged: It is not there.
        """
        place = place_in_pack(url)
        if place is None:
            raise PackDamaged(f"the index names no place in a pack: {url[:200]!r}")
        name, position = place
        if self._file is None or name != self._name or position < self._position:
            self._open(name)
        assert self._file is not None
        while True:
            line = self._file.readline(MAX_LINE_BYTES)
            if not line.startswith(b'"') or not line.endswith(b"\n") or self._was_last:
                raise PackDamaged(f"pack {name} holds no payload {position}")
            self._position += 1
            self._was_last = not line.endswith(SEPARATOR)
            if self._position > position:
                return line[:-1].removesuffix(b",")

    def is_at_end(self) -> bool:
        """True if the payload that was read last is the last one of its pack, which is whole.

        To be called once for a pack.
        """
        if self._file is None:
            return True
        return self._was_last and self._file.read(len(LAST_LINE)) == LAST_LINE[1:]

    def _open(self, name: str) -> None:
        self.close()
        path = f"{PACKS_FOLDER}/{name}{PACK_SUFFIX}"
        try:
            self._file = self._open_pack(path)
        except OSError as error:
            raise PackDamaged(f"pack {name} cannot be read ({error.strerror})") from error
        self._name, self._position, self._was_last = name, 0, False
        beginning = first_line(name)
        if self._file.read(len(beginning)) != beginning:
            raise PackDamaged(f"pack {name} is not one of a run")

    def close(self) -> None:
        """Let go of the pack that has been read last."""
        if self._file is not None:
            self._file.close()
            self._file = None
