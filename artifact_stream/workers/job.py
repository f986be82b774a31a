"""A task on its way through a pool of workers, and what the run knows of a pool."""

from __future__ import annotations

from typing import Protocol

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


class Pool(Protocol):
    """Others that do jobs: all that the rest of a run knows of them.

    Attributes:
        peak_memory_bytes: The most memory that one of its processes had, as far as is known.
    """

    peak_memory_bytes: int

    def work_in(self, out: str, folders: list[str]) -> None:
        """Say where the jobs offered from now on have their staging folder.

        Args:
            out: The output folder of the run.
            folders: Names of folders, each in the one before, that lead from there.
        """

    @property
    def is_worth_it(self) -> bool:
        """True if there is so much to do that a job should be offered."""

    def note_work_here(self, seconds: float) -> None:
        """Tell how long the caller has taken for a job that was not taken."""

    def offer(self, job: Job) -> bool:
        """Take a job, unless there is enough to do; it is done when `Job.rendered` is set."""

    def poll(self) -> None:
        """Take what has been done meanwhile.

        Raises:
            OutputUnusable: The disk could not be written.
            InputUnusable: The source could not be read.
        """

    def wait(self) -> None:
        """Wait until a job is done or given back; to be called only while some are on their way.

        Raises:
            OutputUnusable: The disk could not be written.
            InputUnusable: The source could not be read.
        """

    def close(self) -> None:
        """End; jobs that are under way are dropped, and what they have staged stays."""
