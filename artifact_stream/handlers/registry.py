"""All handlers, one for each kind of entry: the one place where they are listed."""

from __future__ import annotations

from artifact_stream.handlers.artifact import ArtifactHandler
from artifact_stream.handlers.base import Handler
from artifact_stream.handlers.codegen import CodegenHandler
from artifact_stream.handlers.dump_file import DumpFileHandler
from artifact_stream.handlers.graph import GraphHandler
from artifact_stream.handlers.link import LinkHandler

HANDLER_NAMES = ("graph", "codegen", "artifact", "dump_file", "link")
"""What ``--only`` takes, in the order of the docs."""


def make_handlers(*, plain_text: bool = False) -> tuple[Handler, ...]:
    """All handlers, in the order of `HANDLER_NAMES`.

    Args:
        plain_text: Write code as it is, not as highlighted pages.
    """
    return (
        GraphHandler(),
        CodegenHandler(plain_text=plain_text),
        ArtifactHandler(),
        DumpFileHandler(plain_text=plain_text),
        LinkHandler(),
    )
