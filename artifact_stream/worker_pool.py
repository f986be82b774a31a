"""Processes that render entries while this one reads the trace.

They are started with `subprocess` and fed over pipes without waiting, by one thread: a
`concurrent.futures` pool costs two threads, whose switching takes longer than rendering a small
entry does, and `multiprocessing` runs the caller's main module again in every process.

Memory: at most `_MAX_BYTES` of payloads are on their way at a time, whatever the number of workers.
"""

from __future__ import annotations

import os
import selectors
import sys

from artifact_stream.errors import ArtifactStreamError, InputUnusable, OutputUnusable
from artifact_stream.render_task import Outcome, Rendered, discard_staged
from artifact_stream.worker import Job, Worker
from artifact_stream.worker_messages import Answer, Batch, Farewell, Ready, Reply, Trouble

_MAX_BYTES = 8 << 20
_MAX_BYTES_A_WORKER = 1 << 20
_MAX_MICROSECONDS_A_WORKER = 40_000.0
_BATCH_MICROSECONDS = 2_000.0
_BATCH_BYTES = 256 << 10
_START_AFTER_SECONDS = 0.05
"""A worker takes about so long to start: it is worth that once as much has been done here."""

_MAX_DEATHS_OF_A_TASK = 2
_MAX_FAILED_STARTS = 3


class WorkerPool:
    """Starts workers when there is enough to do, and others in place of those that die.

    A job that two workers have died of is answered with `Outcome.WORKER_DIED`.  Where none can be
    started (Windows has no waiting for several pipes), `offer` takes nothing.

    Args:
        workers: How many processes at the most.
    """

    def __init__(self, workers: int) -> None:
        self._max_workers = 0 if sys.platform == "win32" else workers
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._waiting: list[Job] = []  # the next batch
        self._waiting_cost = 0.0
        self._waiting_bytes = 0
        self._place: tuple[bytes, list[str]] = (b"", [])
        self._seconds_here = 0.0
        self._failed_starts = 0
        self._max_bytes_a_worker = min(_MAX_BYTES_A_WORKER, _MAX_BYTES // max(1, workers))
        self.peak_memory_bytes = 0

    def work_in(self, out: str, folders: list[str]) -> None:
        """Say where the jobs offered from now on have their staging folder.

        Args:
            out: The output folder of the run.
            folders: Names of folders, each in the one before, that lead from there.
        """
        self._place = (os.fsencode(os.path.abspath(out)), folders)

    @property
    def is_worth_it(self) -> bool:
        """True once as much has been done here as a worker takes to start."""
        return self._max_workers > 0 and self._seconds_here >= _START_AFTER_SECONDS

    def note_work_here(self, seconds: float) -> None:
        """Tell how long the caller has taken for a job that was not taken."""
        self._seconds_here += seconds

    def offer(self, job: Job) -> bool:
        """Take a job, unless the workers have enough to do."""
        if not self._room():
            self.poll()
            if not self._room():
                return False
        self._waiting.append(job)
        self._waiting_cost += job.task.cost_microseconds
        self._waiting_bytes += job.task.payload_bytes
        if self._waiting_cost >= _BATCH_MICROSECONDS or self._waiting_bytes >= _BATCH_BYTES:
            self._send_waiting()
        return True

    def _room(self) -> bool:
        if len(self._workers) < self._max_workers:
            return True
        for worker in self._workers:
            if (
                worker.cost + self._waiting_cost < _MAX_MICROSECONDS_A_WORKER
                and worker.payload_bytes + self._waiting_bytes < self._max_bytes_a_worker
            ):
                return True
        return False

    def poll(self) -> None:
        """Take what the workers have answered meanwhile.

        Raises:
            OutputUnusable: A worker could not write.
            InputUnusable: A worker could not read the source.
        """
        self._serve(0)

    def wait(self) -> None:
        """Wait until a worker answers or ends; to be called only while jobs are on their way.

        Raises:
            OutputUnusable: A worker could not write.
            InputUnusable: A worker could not read the source.
        """
        self._send_waiting()
        self._serve(None)

    def _serve(self, timeout: float | None) -> None:
        if not self._workers:
            return
        for key, _ in self._selector.select(timeout):
            worker: Worker = key.data
            if worker in self._workers and not worker.serve(self._on_reply):
                self._bury(worker)

    def _on_reply(self, worker: Worker, reply: Reply) -> None:
        if isinstance(reply, Answer):
            worker.take_answered().rendered = reply.rendered
        elif isinstance(reply, Ready):
            self._failed_starts = 0
        elif isinstance(reply, Farewell):
            self.peak_memory_bytes = max(self.peak_memory_bytes, reply.peak_memory_bytes or 0)
        else:
            raise _error_of(reply)

    def _send_waiting(self) -> None:
        jobs, self._waiting = self._waiting, []
        self._waiting_cost, self._waiting_bytes = 0.0, 0
        if not jobs:
            return
        worker = self._freest_worker()
        if worker is None:
            for job in jobs:
                job.given_back = True
        else:
            worker.send(Batch(*self._place, [job.task for job in jobs]), jobs)

    def _freest_worker(self) -> Worker | None:
        freest = min(self._workers, key=lambda worker: worker.cost, default=None)
        if (freest is not None and not freest.jobs) or len(self._workers) >= self._max_workers:
            return freest
        try:
            worker = Worker(self._selector)
        except OSError:
            self._max_workers = len(self._workers)  # Not enough memory, say.
            return freest
        self._workers.append(worker)
        return worker

    def _bury(self, worker: Worker) -> None:
        """Go on without a worker that has died; what it had to do is done by another one."""
        self._workers.remove(worker)
        status = worker.end()
        jobs = list(worker.jobs)
        for job in jobs:
            discard_staged(job.task, job.staging)
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _MAX_FAILED_STARTS:
                self._max_workers = 0
        elif jobs:
            # It works in order: this is what it was doing.
            jobs[0].deaths += 1
            if jobs[0].deaths >= _MAX_DEATHS_OF_A_TASK:
                job = jobs.pop(0)
                message = f"Two worker processes died of it (the last one of {_cause(status)})."
                job.rendered = Rendered(job.task.number, Outcome.WORKER_DIED, message)
        self._waiting = jobs + self._waiting
        self._send_waiting()

    def close(self) -> None:
        """End the workers; those that are at work are stopped, and what they have staged stays."""
        for worker in self._workers:
            worker.dismiss(self._on_reply)
        self._workers.clear()
        self._selector.close()


def _cause(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def _error_of(trouble: Trouble) -> ArtifactStreamError:
    kind = InputUnusable if trouble.slug == InputUnusable.slug else OutputUnusable
    return kind(trouble.message)
