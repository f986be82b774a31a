"""``format.json``: what marks a folder as the output of a run."""

from __future__ import annotations

import msgspec

from artifact_stream.disk.directories import open_inside
from artifact_stream.errors import OutputUnusable
from artifact_stream.layout import FORMAT_FILE, GENERATOR, OUTPUT_VERSION, TraceFolder
from artifact_stream.urls import is_inside

_MAX_MARKER_BYTES = 8 << 20  # it names every trace; a device in its place is not read to its end


class Marker(msgspec.Struct):
    """The content of ``format.json``.

    Attributes:
        generator: `GENERATOR`.
        generator_version: Version of the package that made the folder.
        format_version: Version of the folder's layout.
        formats: Version of the format of each file for other programs.
        traces: Folders of the traces, relative; ``.`` for a single trace.
        assets: Names of the files in ``assets/``.
        lazy: Graphs and code are in packs.
    """

    generator: str
    generator_version: str
    format_version: int
    formats: dict[str, int]
    traces: list[str]
    assets: list[str]
    lazy: bool = False


def marker_text(marker: Marker) -> bytes:
    """The content of ``format.json``."""
    return msgspec.json.format(msgspec.json.encode(marker), indent=2) + b"\n"


def read_marker(path: str) -> Marker | None:
    """The marker in a folder that a run has made; None if it holds none."""
    try:
        with open_inside(path, FORMAT_FILE) as file:
            marker = msgspec.json.decode(file.read(_MAX_MARKER_BYTES), type=Marker)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return marker if marker.generator == GENERATOR else None


def require_marker(path: str) -> Marker:
    """The marker in a folder that a run has made.

    Raises:
        OutputUnusable: It was not made by a run, or not by one whose formats are known.
    """
    marker = read_marker(path)
    if marker is None:
        raise OutputUnusable(
            f"{path} is no output of artifact-stream (it holds no {FORMAT_FILE} of a run): name "
            "the output folder of a run."
        )
    if marker.format_version > OUTPUT_VERSION:
        raise OutputUnusable(
            f"{path} was made by artifact-stream {marker.generator_version}, in a newer format: "
            "update artifact-stream."
        )
    return marker


def folders_in(marker: Marker) -> list[TraceFolder]:
    """The folders of the traces, without those that an edited marker names outside the output."""
    folders = [TraceFolder(name) for name in marker.traces]
    return [folder for folder in folders if folder.is_root or is_inside(folder.name)]
