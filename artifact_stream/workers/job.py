"""A task on its way through a pool of workers."""

from __future__ import annotations

import msgspec

from artifact_stream.disk.directories import Directory
from artifact_stream.rendering.task import Rendered, RenderTask


class Job(msgspec.Struct, eq=False):
    """A task on its way to a worker and back.

    Attributes:
        task: What is to be done.
        staging: Where its files are made.
        rendered: What came of it, once that is known.
        given_back: No worker will do it: the caller is to.
        deaths: How many workers have died of it.
    """

    task: RenderTask
    staging: Directory
    rendered: Rendered | None = None
    given_back: bool = False
    deaths: int = 0
