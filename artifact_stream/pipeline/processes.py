"""The processes of a run: this one, and those that it starts once there is enough to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from artifact_stream.pipeline.progress import RunProgress
from artifact_stream.stop import StopRequest
from artifact_stream.workers.job import Pool
from artifact_stream.workers.pool import make_pool


@contextmanager
def workers(
    jobs: int | None, progress: RunProgress, stop: StopRequest | None = None
) -> Iterator[Pool | None]:
    """Workers for a run of so many processes, ended when it ends; None for one process.

    Args:
        jobs: How many processes, this one included; None for as many as there are processors.
        progress: How far the run has come.
        stop: Whether the run is to stop: then no worker is waited for without end;
            None where nobody can ask for it so.
    """
    asked = stop or StopRequest()
    pool = make_pool(jobs, progress.remaining_ratio, lambda: asked.is_made)
    try:
        yield pool
    finally:
        if pool is not None:
            pool.close()
