"""A pool of workers that tells a test what it was used for."""

from __future__ import annotations

import pytest

from artifact_stream.workers.pool import WorkerPool


class WatchedPool(WorkerPool):
    """A pool that starts at once, waits for a new worker, and remembers what it was used for."""

    used: dict[str, int]

    def __init__(self, *arguments):
        super().__init__(*arguments)
        WatchedPool.used = self.counts = {"taken": 0, "most_bytes": 0}

    @property
    def is_worth_it(self):
        return self._max_workers > 0

    def offer(self, job):
        taken = super().offer(job)
        if not taken and self._workers and not all(w.is_ready for w in self._workers):
            while self._workers and not all(worker.is_ready for worker in self._workers):
                self._serve(None)
            taken = self._room() and super().offer(job)
        self.counts["taken"] += taken
        on_their_way = sum(worker.payload_bytes for worker in self._workers) + self._waiting_bytes
        self.counts["most_bytes"] = max(self.counts["most_bytes"], on_their_way)
        return taken


def watch_pools(patch: pytest.MonkeyPatch) -> None:
    """Have every run use a `WatchedPool`, from its first entry on."""
    patch.setattr("artifact_stream.workers.pool.WorkerPool", WatchedPool)
