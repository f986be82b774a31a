"""Script files that hold data: what a page may load from a disk, where it may not read JSON.

A file is one call of a function that the page has defined:
``artifactStream.rows([[...],[...],]);``.  The values are JSON in which ``<`` and the line
separators of Unicode are escaped, so that no text from a trace can end the script.  Their shapes
are in `artifact_stream.report.shapes`.
"""

from __future__ import annotations

import os
from typing import Self

from msgspec import Struct

from artifact_stream.disk.directories import Directory
from artifact_stream.disk.staged_files import WholeFile, output_errors
from artifact_stream.json_text import encode_json
from artifact_stream.layout import PAGE_ENTRY, REPORT_FOLDER
from artifact_stream.report.shapes import DataFunction

_BLOCK_BYTES = 64 << 10


def script_json(value: object) -> bytes:
    """A value as JSON that can stand in a script."""
    return _escaped(encode_json(value))


def _escaped(json_text: bytes) -> bytes:
    # Outside of strings JSON has none of these.
    return (
        json_text.replace(b"<", b"\\u003c")
        .replace(b"\xe2\x80\xa8", b"\\u2028")
        .replace(b"\xe2\x80\xa9", b"\\u2029")
    )


def make_report_folder(root: str, out: str) -> Directory:
    """Make the folder for what the pages of `root` load, and open it.

    Args:
        root: A trace's folder, or the output folder.
        out: The output folder, below which no link is followed.

    Raises:
        OutputUnusable: It cannot be made, or something else has its name.
    """
    with output_errors(root):
        return Directory.below(out, os.path.join(root, REPORT_FOLDER), made=True)


class GrowingFile:
    """A file of the run's own that grows piece by piece; it appears when it is closed complete.

    Raises:
        OutputUnusable: It cannot be made or, in `write` and `close`, written.
    """

    def __init__(self, folder: Directory, name: str) -> None:
        self._path = folder.path
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        with output_errors(self._path):
            self._whole = WholeFile(folder, name)

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes >= _BLOCK_BYTES:
            self._flush()

    def _prepared(self, data: bytes) -> bytes:
        return data

    def _flush(self) -> None:
        data = self._prepared(b"".join(self._waiting))
        self._waiting.clear()
        self._waiting_bytes = 0
        with output_errors(self._path):
            self._whole.write(data)

    def close(self) -> None:
        """Write what is left and give the file its name."""
        self._flush()
        with output_errors(self._path):
            self._whole.close()

    def abandon(self) -> None:
        """Stop writing; the file gets no name.  Nothing happens if that has been done."""
        self._whole.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            self.abandon()


class DataFile(GrowingFile):
    """A script file that hands a list of values to the page.

    Args:
        folder: Where it is made.
        name: Its name, with ``.js``.
        function: Which function of ``artifactStream`` is called.
    """

    def __init__(self, folder: Directory, name: str, function: DataFunction) -> None:
        super().__init__(folder, name)
        self.write(f"{PAGE_ENTRY}.{function}([\n".encode())

    def _prepared(self, data: bytes) -> bytes:
        return _escaped(data)

    def add(self, value: Struct) -> None:
        """Add a value to the list, on a line of its own."""
        self.write(encode_json(value) + b",\n")

    def finish(self, *more: object) -> None:
        """End the list, add further arguments to the call, and close the file."""
        self.write(b"]")
        for value in more:
            self.write(b"," + encode_json(value))
        self.write(b");\n")
        self.close()


def write_data(folder: Directory, name: str, function: DataFunction, value: Struct) -> None:
    """Write a script file that hands one value to the page.

    Raises:
        OutputUnusable: It cannot be written.
    """
    with GrowingFile(folder, name) as file:
        file.write(f"{PAGE_ENTRY}.{function}(".encode() + script_json(value) + b");\n")
