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
    from artifact_stream.errors import (
        ArtifactStreamError,
        InputUnusable,
        OutputUnusable,
        Remedy,
        WrongUsage,
    )
    from artifact_stream.index.reader import Listed, read_compile_directory
    from artifact_stream.options import Options
    from artifact_stream.output.summary import RunSummary, TraceSummary
    from artifact_stream.pipeline.progress import RunProgress
    from artifact_stream.pipeline.run import run
    from artifact_stream.stop import Interrupted, StopRequest
    from artifact_stream.tools.unpack import unpack
    from artifact_stream.tools.verify.finding import Finding
    from artifact_stream.tools.verify.outputs import Verified, verify
    from artifact_stream.tools.zip.zip import ZipReport, zip_output

_HOMES = {
    "ArtifactStreamError": "errors",
    "Finding": "tools.verify.finding",
    "InputUnusable": "errors",
    "Interrupted": "stop",
    "Listed": "index.reader",
    "Options": "options",
    "OutputUnusable": "errors",
    "Remedy": "errors",
    "RunProgress": "pipeline.progress",
    "RunSummary": "output.summary",
    "StopRequest": "stop",
    "TraceSummary": "output.summary",
    "Verified": "tools.verify.outputs",
    "WrongUsage": "errors",
    "ZipReport": "tools.zip.zip",
    "read_compile_directory": "index.reader",
    "run": "pipeline.run",
    "unpack": "tools.unpack",
    "verify": "tools.verify.outputs",
    "zip_output": "tools.zip.zip",
}

__all__ = [
    "ArtifactStreamError",
    "Finding",
    "InputUnusable",
    "Interrupted",
    "Listed",
    "Options",
    "OutputUnusable",
    "Remedy",
    "RunProgress",
    "RunSummary",
    "StopRequest",
    "TraceSummary",
    "Verified",
    "WrongUsage",
    "ZipReport",
    "__version__",
    "read_compile_directory",
    "run",
    "unpack",
    "verify",
    "zip_output",
]


_FORMER = {"PackReport": "ZipReport", "pack": "zip_output"}


def __getattr__(name: str) -> Any:
    """Import a public name from its module; a former name warns once and gives what it is now."""
    now = _FORMER.get(name, name)
    home = _HOMES.get(now)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), now)
    if now != name:
        import warnings

        warnings.warn(f"{name} is called {now} now.", DeprecationWarning, stacklevel=2)
        globals()[name] = value
    return value
