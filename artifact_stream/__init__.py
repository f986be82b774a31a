"""Stream torch.compile traces into files and pages, in one pass, with memory that stays flat.

The public API:

    from artifact_stream import Options, run

    summary = run(["traces/"], "out/", Options(plain_text=True))

Names are imported when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from artifact_stream._version import __version__

if TYPE_CHECKING:
    from artifact_stream.engine import run
    from artifact_stream.errors import (
        ArtifactStreamError,
        InputUnusable,
        OutputUnusable,
        WrongUsage,
    )
    from artifact_stream.index.reader import Listed, read_compile_directory
    from artifact_stream.options import Options
    from artifact_stream.output.summary import RunSummary, TraceSummary
    from artifact_stream.progress_counters import RunProgress
    from artifact_stream.stop import Interrupted, StopRequest
    from artifact_stream.unpacking import unpack
    from artifact_stream.verification import Verified, verify
    from artifact_stream.verify_totals import Finding
    from artifact_stream.zipping import PackReport, pack

_HOMES = {
    "ArtifactStreamError": "errors",
    "Finding": "verify_totals",
    "InputUnusable": "errors",
    "Interrupted": "stop",
    "Listed": "compile_directory_reader",
    "Options": "selection",
    "OutputUnusable": "errors",
    "PackReport": "zipping",
    "RunProgress": "progress_counters",
    "RunSummary": "summary",
    "StopRequest": "stop",
    "TraceSummary": "summary",
    "Verified": "verification",
    "WrongUsage": "errors",
    "pack": "zipping",
    "read_compile_directory": "compile_directory_reader",
    "run": "engine",
    "unpack": "unpacking",
    "verify": "verification",
}

__all__ = [
    "ArtifactStreamError",
    "Finding",
    "InputUnusable",
    "Interrupted",
    "Listed",
    "Options",
    "OutputUnusable",
    "PackReport",
    "RunProgress",
    "RunSummary",
    "StopRequest",
    "TraceSummary",
    "Verified",
    "WrongUsage",
    "__version__",
    "pack",
    "read_compile_directory",
    "run",
    "unpack",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{home}"), name)
